/** One bar of a chart: what is counted, and how much of it there is. */
export interface Bar {
  key: string
  name: string
  count: number
}
