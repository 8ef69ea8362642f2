import { expect, test, vi } from 'vitest'
import { clockAheadMs, noteDate, noteServerTime, serverNow } from './server-clock'

const at = (text: string) => Date.parse(`2026-11-23T${text}Z`)
const dated = (text: string) => new Response(null, { headers: { date: new Date(at(text)).toUTCString() } })

test('a clock that is wrong is known to be, also after a reload', async () => {
  const asked = at('06:05:00.000')
  noteDate(dated('06:00:00'), asked, asked + 40)
  expect(clockAheadMs.value).toBeGreaterThan(299_000)
  expect(clockAheadMs.value).toBeLessThan(300_100)

  vi.resetModules()
  const reloaded = await import('./server-clock')
  expect(reloaded.clockAheadMs.value).toBe(clockAheadMs.value)
  expect(serverNow(asked)).toBe(asked - clockAheadMs.value)
})

test('many answers make it exact, and whole seconds do not make it jump', () => {
  const ahead = 12_345
  for (let n = 0; n < 40; n++) {
    const server = at('06:00:00.000') + n * 730
    const date = Math.floor(server / 1000) * 1000
    noteServerTime(date, date + 999, server + ahead - 20, server + ahead + 30)
  }
  expect(Math.abs(clockAheadMs.value - ahead)).toBeLessThan(60)
})

test('an answer without a date says nothing', () => {
  const before = clockAheadMs.value
  noteDate(new Response(null), 0, 1)
  expect(clockAheadMs.value).toBe(before)
})
