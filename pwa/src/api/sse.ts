/** Server-sent events out of the pieces in which a stream arrives. */
export interface ServerEvent {
  name: string
  data: string
}

/** Answers what each further piece completes; comments and half events answer nothing. */
export function eventReader(): (piece: string) => ServerEvent[] {
  let rest = ''
  return (piece) => {
    const blocks = (rest + piece).replaceAll('\r\n', '\n').split('\n\n')
    rest = blocks.pop() ?? ''
    return blocks.map(readBlock).filter((event) => event !== undefined)
  }
}

function readBlock(block: string): ServerEvent | undefined {
  let name = 'message'
  const data: string[] = []
  for (const line of block.split('\n')) {
    const [, field, value] = /^(\w+): ?(.*)$/.exec(line) ?? []
    if (field === 'event') name = value ?? name
    if (field === 'data') data.push(value ?? '')
  }
  return data.length > 0 || name !== 'message' ? { name, data: data.join('\n') } : undefined
}
