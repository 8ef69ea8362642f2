import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { courier, sendInBatches } from './courier'
import { Problem, Unreachable } from './problem'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const invalid = new Problem(422, 'invalid', '')

test('five hundred at once, and the rest after them', async () => {
  const sent: number[] = []
  const items = Array.from({ length: 1201 }, (_, n) => n)
  await sendInBatches(
    items,
    async (batch) => void sent.push(batch.length),
    () => Promise.reject(new Error('nothing to give up')),
  )
  expect(sent).toEqual([500, 500, 201])
})

test('one bad item is found and given up alone; all others arrive, each once', async () => {
  const arrived: number[] = []
  const lost: number[] = []
  const items = Array.from({ length: 100 }, (_, n) => n)
  await sendInBatches(
    items,
    async (batch) => {
      if (batch.includes(37)) throw invalid
      arrived.push(...batch)
    },
    async (item) => void lost.push(item),
  )
  expect(lost).toEqual([37])
  expect(arrived.sort((a, b) => a - b)).toEqual(items.filter((n) => n !== 37))
})

test.each([
  ['no network', new Unreachable()],
  ['a server in trouble', new Problem(503, 'unavailable', '')],
  ['signed out', new Problem(401, 'not_signed_in', '')],
  ['not allowed', new Problem(403, 'not_allowed', '')],
])('%s says nothing about any item: all stay', async (_, error) => {
  const giveUp = vi.fn()
  const sending = sendInBatches([1, 2, 3], () => Promise.reject(error), giveUp)
  await expect(sending).rejects.toBe(error)
  expect(giveUp).not.toHaveBeenCalled()
})

test('it tries again with growing pauses until the server is reached', async () => {
  const tries: number[] = []
  let online = false
  const started = Date.now()
  const { deliver } = courier(
    async () => {
      tries.push((Date.now() - started) / 1000)
      return online
    },
    () => true,
  )
  void deliver()
  await vi.advanceTimersByTimeAsync(40_000)
  expect(tries).toEqual([0, 5, 15, 35])
  online = true
  await vi.advanceTimersByTimeAsync(40_000)
  expect(tries).toEqual([0, 5, 15, 35, 75])
  await vi.advanceTimersByTimeAsync(600_000)
  expect(tries).toHaveLength(5)
})

test('it wakes when the network comes back, and only if something waits', async () => {
  let waits = false
  const attempt = vi.fn(async () => true)
  courier(attempt, () => waits).start()
  expect(attempt).not.toHaveBeenCalled()
  waits = true
  dispatchEvent(new Event('online'))
  expect(attempt).toHaveBeenCalledOnce()
})
