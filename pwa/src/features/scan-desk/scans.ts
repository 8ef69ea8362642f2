/**
 * The scans of one staff phone: each is sent at once with an id of its own, and again with the same id until the
 * server has answered, so that a bad network never checks anybody in twice or loses anybody.
 */
import { reactive } from 'vue'
import type { CheckInAnswer, CheckInItem } from '@/api/types'
import { parseCode, readScan, STATIC_CARD } from '@/shared/codes/codes'
import { newId } from '@/shared/ids'
import { mayRetry } from '@/shared/problem'

export interface Scan {
  item: CheckInItem
  at: number
  /** The card was a printed one: it does not show that its holder is here. */
  printed: boolean
  /** Known before the answer only when picked by name. */
  name?: string
  memberId?: string
  state: 'sending' | 'waiting' | 'answered' | 'failed'
  answer?: CheckInAnswer
}

/** What was in front of the camera: a card's digits, or why it is none. */
export type Seen = { digits: string; printed: boolean } | 'event_code' | 'activation' | 'not_ours'

export function look(text: string): Seen {
  const found = readScan(text)
  if (!found) return 'not_ours'
  if (found.page === 'e') return 'event_code'
  if (found.page === 'a') return 'activation'
  return { digits: found.content, printed: parseCode(found.content)?.type === STATIC_CARD }
}

const RETRY_MS = 4000

export function scanQueue(eventId: string, send: (item: CheckInItem) => Promise<CheckInAnswer>) {
  const scans = reactive<Scan[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined

  function add(
    what: Pick<CheckInItem, 'method' | 'presentation' | 'member_id' | 'note'>,
    more: Partial<Scan>,
  ): Scan {
    const now = Date.now()
    const item = { id: newId(now), event_id: eventId, occurred_at: new Date(now).toISOString(), ...what }
    scans.unshift({ item, at: now, printed: false, state: 'sending', ...more })
    const scan = scans[0] as Scan
    void deliver(scan)
    return scan
  }

  async function deliver(scan: Scan): Promise<void> {
    scan.state = 'sending'
    try {
      scan.answer = await send(scan.item)
      scan.name = scan.answer.check_in?.member.name ?? scan.name
      scan.memberId = scan.answer.check_in?.member.id ?? scan.memberId
      scan.state = 'answered'
    } catch (error) {
      scan.state = mayRetry(error) ? 'waiting' : 'failed'
      if (scan.state === 'waiting') timer ??= setTimeout(retry, RETRY_MS)
    }
  }

  function retry(): void {
    timer = undefined
    for (const scan of scans) if (scan.state === 'waiting') void deliver(scan)
  }

  return {
    scans,
    card: (digits: string, printed: boolean) => add({ method: 'card', presentation: digits }, { printed }),
    byName: (member: { id: string; name: string }, note: string) =>
      add({ method: 'manual', member_id: member.id, note }, { name: member.name, memberId: member.id }),
    retry,
    stop: () => clearTimeout(timer),
  }
}
