import { expect, test } from 'vitest'
import { fromHex, toHex } from './bytes'
import { fromDigits, toDigits } from './digits'

test.each([
  ['', ''],
  ['00', '000'],
  ['ff', '255'],
  ['ffff', '65535'],
  ['ffffff', '16777215'],
  ['ffffffff', '4294967295'],
  ['ffffffffff', '1099511627775'],
  ['ffffffffffff', '281474976710655'],
  ['ffffffffffffff', '72057594037927935'],
  ['00000000000001', '00000000000000001'],
  ['0000000000000102', '00000000000000001002'],
])('%s ↔ %s', (hex, digits) => {
  expect(toDigits(fromHex(hex))).toBe(digits)
  expect(toHex(fromDigits(digits) ?? new Uint8Array())).toBe(hex)
})

test('every length comes back', () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 97 + length * 31) % 256)
    expect(fromDigits(toDigits(bytes))).toEqual(bytes)
  }
})

test.each(['1', '12', '1234', '256', '65536', '72057594037927936', '12a', ' 12', '+12', '１２３'])(
  '%s is refused',
  (text) => expect(fromDigits(text)).toBeUndefined(),
)
