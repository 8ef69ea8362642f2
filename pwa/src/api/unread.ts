/**
 * How much is new in the inbox, for the bell. It is asked when a screen is opened or the page comes back, at most once a
 * minute; there is no push service. What was known last is kept.
 */
import type { Ref } from 'vue'
import { account } from './account'
import { member, officer, ok } from './client'
import { device } from './device'
import { may } from './roles'
import { setting } from '@/shared/settings-store'

export type Reader = 'member' | 'officer'

const PAUSE_MS = 60_000
/** The server counts no further; more is "many". */
const MOST = 100

const known: Record<Reader, Ref<string>> = {
  member: setting('unread', '0'),
  officer: setting('unread-office', '0'),
}
const askedAt: Record<Reader, number> = { member: 0, officer: 0 }

export const unread = (reader: Reader): number => Number(known[reader].value) || 0
export const manyAs = (count: number): string => (count >= MOST ? `${MOST - 1}+` : String(count))

/** What the server has just said, or that everything was read. */
export function noteUnread(reader: Reader, count: number): void {
  known[reader].value = String(count)
}

export async function lookForNews(reader: Reader): Promise<void> {
  const asks = reader === 'member' ? device.value !== undefined : may(account.value, 'readMembers')
  if (!asks || document.hidden || Date.now() - askedAt[reader] < PAUSE_MS) return
  askedAt[reader] = Date.now()
  const query = { limit: 1 }
  const question =
    reader === 'member'
      ? member.GET('/api/v1/me/notices', { params: { query } })
      : officer.GET('/api/v1/me/notices', { params: { query } })
  // The bell is a courtesy: it stays as it was until the server can be asked.
  await ok(question).then(
    (page) => noteUnread(reader, page.unread),
    () => undefined,
  )
}

/** Follows the page: whenever it comes back, `look` is called. */
export function onReturn(look: () => void): () => void {
  const back = () => {
    if (!document.hidden) look()
  }
  document.addEventListener('visibilitychange', back)
  addEventListener('pageshow', back)
  return () => {
    document.removeEventListener('visibilitychange', back)
    removeEventListener('pageshow', back)
  }
}
