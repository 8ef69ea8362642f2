import { expect, test } from 'vitest'
import { clockOffset, currentCode, lastsMs } from './windows'

const start = Date.parse('2026-11-23T06:00:00Z')
const windows = [0, 1, 2].map((n) => ({
  url: `code ${n}`,
  valid_from: new Date(start + n * 10_000).toISOString(),
  valid_until: new Date(start + (n + 1) * 10_000).toISOString(),
}))

test('each code has its ten seconds, to the millisecond', () => {
  expect(currentCode(windows, start)).toEqual({ url: 'code 0', left: 1, seconds: 10 })
  expect(currentCode(windows, start + 9_999)?.url).toBe('code 0')
  expect(currentCode(windows, start + 10_000)?.url).toBe('code 1')
  expect(currentCode(windows, start + 12_500)).toMatchObject({ left: 0.75, seconds: 8 })
  expect(currentCode(windows, start + 30_000)).toBeUndefined()
})

test('a laptop whose clock is wrong shows the code of the server’s time', () => {
  const fastBy = 90_000
  const offset = clockOffset(new Date(start).toISOString(), start + fastBy - 50, start + fastBy + 50)
  expect(offset).toBe(fastBy)
  expect(currentCode(windows, start + fastBy + 11_000 - offset)?.url).toBe('code 1')
})

test('how long the fetched codes last', () => {
  expect(lastsMs(windows, start + 5_000)).toBe(25_000)
  expect(lastsMs(windows, start + 99_000)).toBe(0)
  expect(lastsMs([], start)).toBe(0)
})
