/** The table that Rust runs too; its codes were signed by a third implementation. */
import { expect, test } from 'vitest'
import table from '../../../../tests/cases/codes.json'
import { ascii, concat, fromHex, toHex } from './bytes'
import {
  audienceOf,
  cardMessages,
  LIVE_CARD,
  parseCode,
  PRINTED_EVENT,
  readScan,
  ROTATING_EVENT,
} from './codes'
import { fromDigits, toDigits } from './digits'
import { decompress, importPublicKey, verify } from './p256'

/** What a scanner does: a whole address, or the digits alone. */
function read(text: string) {
  const scan = /^https?:/.test(text.trim()) ? readScan(text) : { page: undefined, content: text.trim() }
  const code = scan && parseCode(scan.content)
  if (!code || !scan?.page) return code
  const page = code.type === ROTATING_EVENT || code.type === PRINTED_EVENT ? 'e' : 'v'
  return scan.page === page ? code : undefined
}

test.each(table.digits)('%s ↔ %s', (hex, digits) => {
  expect(toDigits(fromHex(hex ?? ''))).toBe(digits)
  expect(toHex(fromDigits(digits ?? '') ?? ascii('no bytes'))).toBe(hex)
})

test.each(table.bad_digits)('%j packs no bytes', (digits) => expect(fromDigits(digits)).toBeUndefined())

test.each(table.cards)('card: $name', async (expected) => {
  const code = read(expected.text)
  if (code?.type !== 0x11 && code?.type !== 0x12) throw new Error('not read as a card')
  const { kid, id, expiry_day, status_index } = expected
  expect(code).toMatchObject({ keyId: kid, id, expiryDay: expiry_day, statusIndex: status_index })

  const messages = cardMessages(code)
  const issuer = await importPublicKey(decompress(packed(table.keys.issuer)) ?? {})
  expect(await verify(issuer, code.issuerSignature, messages.issued)).toBe(expected.issued)
  if (code.type !== LIVE_CARD) return expect(expected.device_key).toBeNull()

  expect(toHex(code.deviceKey)).toBe(expected.device_key)
  expect(code.time).toBe(expected.time)
  expect(toHex(code.audience)).toBe(expected.audience)
  const holder = decompress(code.deviceKey)
  const held = holder && (await verify(await importPublicKey(holder), code.holderSignature, messages.held))
  expect(held ?? false).toBe(expected.held)
})

test.each(table.events)('event: $name', (expected) => {
  const code = read(expected.text)
  const type = expected.window === 'rotating' ? ROTATING_EVENT : PRINTED_EVENT
  expect(code).toMatchObject({ type, event: expected.event, window: expected.number })
})

test.each(table.unreadable)('unreadable: $name', ({ text }) => expect(read(text)).toBeUndefined())

test('the audience of an event', async () => {
  expect(toHex(await audienceOf(fromHex(table.keys.event)))).toBe(table.keys.audience)
})

/** Our importer takes the packed form; the table writes the issuer's point out in full. */
function packed(point: string): Uint8Array {
  const bytes = fromHex(point)
  return concat(Uint8Array.of(2 + (Number(bytes[64]) & 1)), bytes.slice(1, 33))
}
