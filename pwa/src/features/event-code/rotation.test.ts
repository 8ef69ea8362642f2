import { expect, test } from 'vitest'
import { turnAt } from './rotation'

const start = Date.parse('2026-11-23T06:00:00Z')
const window = start / 10_000

test('each code has its ten seconds, to the millisecond', () => {
  expect(turnAt(start)).toEqual({ window, left: 1, seconds: 10 })
  expect(turnAt(start + 9_999)).toMatchObject({ window, seconds: 1 })
  expect(turnAt(start + 10_000).window).toBe(window + 1)
  expect(turnAt(start + 12_500)).toEqual({ window: window + 1, left: 0.75, seconds: 8 })
})
