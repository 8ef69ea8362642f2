import { expect, test } from 'vitest'
import table from '../../../../tests/cases/codes.json'
import { fromHex } from '../codes/bytes'
import { parseCode, PRINTED_EVENT, ROTATING_EVENT } from '../codes/codes'
import { eventCode, importEventKey } from './event-code'

const cases = table.events.filter(({ text }) => /^\d+$/.test(text))

test.each(cases)('$name', async ({ text, window, event, number, made }) => {
  const key = await importEventKey(fromHex(table.keys.event_key))
  const type = window === 'rotating' ? ROTATING_EVENT : PRINTED_EVENT
  const digits = await eventCode(key, event, number, type)
  expect(digits === text).toBe(made)
  expect(parseCode(digits)).toMatchObject({ event, window: number })
})

test('the key cannot be read out of the browser', async () => {
  const key = await importEventKey(fromHex(table.keys.event_key))
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
})
