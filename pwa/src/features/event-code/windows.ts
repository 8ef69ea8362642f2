/** Which of the fetched codes is the one of now, by the server's clock. Pure, so that clocks can be tried out. */
export interface CodeWindow {
  url: string
  valid_from: string
  valid_until: string
}

export interface Current {
  url: string
  /** How much of its time is left, from 1 to 0. */
  left: number
  seconds: number
}

/** How far our clock is ahead of the server's; the answer is assumed to have been written half-way. */
export function clockOffset(serverTime: string, askedAt: number, answeredAt: number): number {
  return (askedAt + answeredAt) / 2 - Date.parse(serverTime)
}

export function currentCode(windows: CodeWindow[], serverNow: number): Current | undefined {
  for (const { url, valid_from, valid_until } of windows) {
    const [from, until] = [Date.parse(valid_from), Date.parse(valid_until)]
    if (from <= serverNow && serverNow < until)
      return {
        url,
        left: (until - serverNow) / (until - from),
        seconds: Math.ceil((until - serverNow) / 1000),
      }
  }
  return undefined
}

/** For how long the fetched codes still last. */
export function lastsMs(windows: CodeWindow[], serverNow: number): number {
  return Math.max(0, ...windows.map(({ valid_until }) => Date.parse(valid_until) - serverNow))
}
