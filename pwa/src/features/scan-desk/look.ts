/** What was in front of the camera: a card's digits, or why it is none. */
import { LIVE_CARD, parseCode, readScan, STATIC_CARD } from '@/shared/codes/codes'

export type Seen = { digits: string; printed: boolean } | 'event_code' | 'activation' | 'not_ours'

export function look(text: string): Seen {
  const found = readScan(text)
  if (!found) return 'not_ours'
  if (found.page === 'e') return 'event_code'
  if (found.page === 'a') return 'activation'
  return { digits: found.content, printed: isPrinted(found.content) }
}

/** A printed card does not show that its holder is here. */
export function isPrinted(digits: string | null | undefined): boolean {
  return parseCode(digits ?? '')?.type === STATIC_CARD
}

export function readCard(digits: string) {
  const code = parseCode(digits)
  return code?.type === STATIC_CARD || code?.type === LIVE_CARD ? code : undefined
}
