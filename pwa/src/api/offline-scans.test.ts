import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CheckInItem } from './types'

let sent: CheckInItem[][]
let respond: (items: CheckInItem[]) => Response | Promise<Response>

const accepted = (items: CheckInItem[]) =>
  Response.json({ items: items.map(({ id }) => ({ id, verdict: 'accepted' })) })
const noNetwork = () => Promise.reject(new TypeError('Failed to fetch'))

/** The application opened anew: nothing in memory, only what was stored. */
async function restart() {
  vi.resetModules()
  const { officerTokens } = await import('./client')
  officerTokens.set({ access_token: 'token', expires_in: 900 })
  const queue = await import('./offline-scans')
  await queue.loadScans()
  return queue
}
type Queue = Awaited<ReturnType<typeof restart>>
let queue: Queue

beforeEach(async () => {
  indexedDB.deleteDatabase('guiyan-staff-scans')
  sent = []
  respond = noNetwork
  vi.stubGlobal('fetch', async (request: Request) => {
    const { items } = (await request.json()) as { items: CheckInItem[] }
    sent.push(items)
    return respond(items)
  })
  queue = await restart()
})
afterEach(() => void vi.unstubAllGlobals())

/** Nobody scans two cards in one millisecond; a test does, and then their order would be chance. */
let moment = Date.now()

const card = (digits: string, event = 'e1') =>
  queue.newItem(event, { method: 'card', presentation: digits, station: '手机 A3F2' }, ++moment)

async function scan(digits: string, event = 'e1') {
  const item = card(digits, event)
  await queue.keepScan({ item, found: { verdict: 'valid', doubts: [], person: { id: 'm', name: '王伟' } } })
  await queue.deliver()
  return item
}

test('a scan is kept before it is sent, and sent at once', async () => {
  respond = accepted
  const item = await scan('1')
  expect(sent).toEqual([[item]])
  expect(queue.waitingCount.value).toBe(0)
  expect(queue.scansOf('e1')[0]?.answer?.verdict).toBe('accepted')
})

test('without network it waits, survives a restart, and is sent later under the same id', async () => {
  const item = await scan('1')
  expect(queue.held.value).toBe('offline')
  queue = await restart()
  expect(queue.waitingCount.value).toBe(1)
  respond = accepted
  await queue.deliver()
  expect(sent.flat().map(({ id }) => id)).toEqual([item.id, item.id])
  expect(queue.held.value).toBeUndefined()
})

test('a final verdict is still there after a restart', async () => {
  respond = accepted
  await scan('1')
  queue = await restart()
  expect(queue.scansOf('e1')[0]?.answer?.verdict).toBe('accepted')
  expect(queue.waitingCount.value).toBe(0)
})

test('scans of two events go together, and are shown apart, the latest first', async () => {
  const first = await scan('1', 'e1')
  await scan('2', 'e2')
  const third = await scan('3', 'e1')
  respond = accepted
  queue = await restart()
  await queue.deliver()
  expect(sent.at(-1)).toHaveLength(3)
  expect(queue.scansOf('e1').map(({ item }) => item.id)).toEqual([third.id, first.id])
  expect(queue.scansOf('e2')).toHaveLength(1)
})

test('signed out: everything stays, and says so; after signing in it is sent', async () => {
  respond = () => Response.json({ code: 'not_signed_in' }, { status: 401 })
  await scan('1')
  expect(queue.held.value).toBe('signed_out')
  expect(queue.waitingCount.value).toBe(1)
  respond = accepted
  await queue.deliver()
  expect(queue.waitingCount.value).toBe(0)
})

test('one scan that the server cannot take does not keep the others', async () => {
  const bad = await scan('bad')
  await scan('2')
  await scan('3')
  respond = (items) =>
    items.some(({ id }) => id === bad.id)
      ? Response.json({ code: 'invalid' }, { status: 422 })
      : accepted(items)
  await queue.deliver()
  expect(queue.waitingCount.value).toBe(0)
  const verdicts = queue.scansOf('e1').map(({ answer, failure }) => answer?.verdict ?? failure?.status)
  expect(verdicts).toEqual(['accepted', 'accepted', 422])
})

test.each([503, 429, 502])('a server in trouble (%i) burns nothing', async (status) => {
  respond = () => new Response(null, { status })
  await scan('1')
  expect(queue.waitingCount.value).toBe(1)
})

test('an answer that leaves one out burns nothing', async () => {
  await scan('1')
  await scan('2')
  respond = (items) => accepted(items.slice(0, 1))
  await queue.deliver()
  expect(queue.waitingCount.value).toBe(1)
})

test('signing out wipes names and answered scans; what waits survives, also a restart', async () => {
  respond = accepted
  await scan('1')
  respond = noNetwork
  const waiting = await scan('2')
  await queue.forgetNames()
  queue = await restart()
  expect(queue.scansOf('e1')).toEqual([{ item: waiting }])
  expect(JSON.stringify(queue.scansOf('e1'))).not.toContain('王伟')
})

test('what was answered a day ago goes; what waits never does', async () => {
  respond = accepted
  await scan('1')
  respond = noNetwork
  await scan('2')
  vi.useFakeTimers({ now: Date.now() + 25 * 3600_000, toFake: ['Date'] })
  queue = await restart()
  expect(queue.scansOf('e1').map(({ item }) => item.presentation)).toEqual(['2'])
  vi.useRealTimers()
})

test('a phone whose clock is wrong tells the time of the server', async () => {
  const { noteServerTime } = await import('./server-clock')
  const now = Date.now()
  noteServerTime(now - 600_000, now - 600_000, now, now)
  const item = queue.newItem('e1', { method: 'card', presentation: '1' }, now)
  expect(Math.abs(Date.parse(item.occurred_at) - (now - 600_000))).toBeLessThan(50)
  noteServerTime(now, now, now, now)
})
