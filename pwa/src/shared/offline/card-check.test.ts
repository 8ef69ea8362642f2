import { expect, test } from 'vitest'
import table from '../../../../tests/cases/codes.json'
import { concat, fromHex } from '../codes/bytes'
import { genuine, showing, type Showing } from './card-check'
import { NO_AUDIENCE, parseCode, type LiveCard, type StaticCard } from '../codes/codes'
import { decompress, importPublicKey } from '../codes/p256'

/** Live codes of the table were made at this second. */
const MADE = 1_795_413_607_000
const AUDIENCE = fromHex(table.keys.audience)

function card(name: string): StaticCard | LiveCard {
  const text = table.cards.find((one) => one.name === name)?.text ?? ''
  const code = parseCode(text.replace(/.*#/, '').trim())
  if (code?.type !== 0x11 && code?.type !== 0x12) throw new Error(name)
  return code
}

async function issuer(): Promise<CryptoKey> {
  const point = fromHex(table.keys.issuer)
  const packed = concat(Uint8Array.of(2 + (Number(point[64]) & 1)), point.slice(1, 33))
  return importPublicKey(decompress(packed) ?? {})
}

test.each(table.cards)('$name', async ({ name, issued, held, device_key }) => {
  expect(await genuine(card(name), await issuer())).toBe(issued && (held || device_key === null))
})

test.each<[number, Showing]>([
  [0, 'live'],
  [60, 'live'],
  [-60, 'live'],
  [61, 'live_late'],
  [-180, 'live_late'],
  [181, 'stale'],
  [-181, 'stale'],
])('a live code fades: after %i seconds it is %s', (seconds, shown) => {
  expect(showing(card('live, for no event'), MADE + seconds * 1000, AUDIENCE)).toBe(shown)
})

test('a printed code expires after its last day in China', () => {
  const printed = card('static')
  const endOfDay = (printed.expiryDay + 1) * 86_400_000 - 8 * 3_600_000
  expect(showing(printed, endOfDay - 1, AUDIENCE)).toBe('static')
  expect(showing(printed, endOfDay, AUDIENCE)).toBe('stale')
})

test('a code for one event serves there only', () => {
  expect(showing(card('live, for one event'), MADE, AUDIENCE)).toBe('live')
  expect(showing(card('live, for one event'), MADE, fromHex('01020304'))).toBe('elsewhere')
  expect(showing(card('live, for one event'), MADE, NO_AUDIENCE)).toBe('elsewhere')
})
