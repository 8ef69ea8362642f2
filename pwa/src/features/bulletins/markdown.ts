/** What the editor's buttons do to a text: pure, so that the textarea stays a textarea. */

export interface Passage {
  text: string
  /** The selection. */
  start: number
  end: number
}

/** Puts marks around the selection, or around a word to be written over; pressed again, it takes them away. */
export function wrap({ text, start, end }: Passage, mark: string, placeholder: string): Passage {
  const chosen = text.slice(start, end)
  const before = text.slice(0, start)
  const after = text.slice(end)
  if (before.endsWith(mark) && after.startsWith(mark))
    return {
      text: before.slice(0, -mark.length) + chosen + after.slice(mark.length),
      start: start - mark.length,
      end: end - mark.length,
    }
  const inner = chosen || placeholder
  const at = start + mark.length
  return { text: before + mark + inner + mark + after, start: at, end: at + inner.length }
}

/** Puts a mark before each line of the selection; where all have it, it is taken away. */
export function prefix({ text, start, end }: Passage, mark: string, placeholder: string): Passage {
  const from = text.lastIndexOf('\n', start - 1) + 1
  const next = text.indexOf('\n', end)
  const to = next === -1 ? text.length : next
  const lines = text.slice(from, to).split('\n')
  const marked = lines.every((line) => line.startsWith(mark))
  const now = lines.map((line) => {
    if (marked) return line.slice(mark.length)
    return line.startsWith(mark) ? line : mark + (line || placeholder)
  })
  // Markdown takes a list or heading as such only after a blank line.
  const gap = !marked && from > 0 && text[from - 2] !== '\n' && text[from - 2] !== undefined ? '\n' : ''
  const put = gap + now.join('\n')
  return {
    text: text.slice(0, from) + put + text.slice(to),
    start: from + gap.length,
    end: from + put.length,
  }
}

/** Makes a link of the selection; the address is selected, to be written over. */
export function link({ text, start, end }: Passage, placeholder: string): Passage {
  const inner = text.slice(start, end) || placeholder
  const address = 'https://'
  const at = start + inner.length + 3
  return {
    text: `${text.slice(0, start)}[${inner}](${address})${text.slice(end)}`,
    start: at,
    end: at + address.length,
  }
}
