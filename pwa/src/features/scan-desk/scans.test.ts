import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CheckInAnswer, CheckInItem } from '@/api/types'
import { Problem, Unreachable } from '@/shared/problem'
import { toDigits } from '@/shared/codes/digits'
import { look, scanQueue } from './scans'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const accepted = (item: CheckInItem): CheckInAnswer => ({ id: item.id, verdict: 'accepted' })

test('without network a scan waits, and is sent again under the same id', async () => {
  const sent: string[] = []
  let online = false
  const queue = scanQueue('event', async (item) => {
    sent.push(item.id)
    if (!online) throw new Unreachable('no answer')
    return accepted(item)
  })
  const scan = queue.card('123', true)
  await vi.advanceTimersByTimeAsync(0)
  expect(scan.state).toBe('waiting')

  online = true
  await vi.advanceTimersByTimeAsync(5000)
  expect(scan.state).toBe('answered')
  expect(new Set(sent).size).toBe(1)
  expect(sent.length).toBe(2)
})

test('what the server refuses as a request is not sent for ever', async () => {
  const send = vi.fn(() => Promise.reject(new Problem(403, 'not_allowed', '')))
  const queue = scanQueue('event', send)
  queue.byName({ id: 'm', name: '王伟' }, '没带手机')
  await vi.advanceTimersByTimeAsync(20_000)
  expect(queue.scans[0]?.state).toBe('failed')
  expect(send).toHaveBeenCalledOnce()
})

test('the newest scan stands first, each with an id of its own', async () => {
  const queue = scanQueue('event', async (item) => accepted(item))
  queue.card('1', false)
  queue.card('2', false)
  await vi.advanceTimersByTimeAsync(0)
  expect(queue.scans.map(({ item }) => item.presentation)).toEqual(['2', '1'])
  expect(queue.scans[0]?.item.id).not.toBe(queue.scans[1]?.item.id)
})

test('what is not a card is told apart', () => {
  const printed = new Uint8Array(79)
  printed[0] = 0x11
  const digits = toDigits(printed)
  expect(look(`https://guiyan.example/v#${digits}`)).toEqual({ digits, printed: true })
  expect(look(`https://guiyan.example/e#${'0'.repeat(51)}`)).toBe('event_code')
  expect(look('https://guiyan.example/a#abc')).toBe('activation')
  expect(look('https://elsewhere.example/pay')).toBe('not_ours')
})
