/** What the published vectors leave open (published.test.ts): keys of our own, and the form of a packed point. */
import { expect, test } from 'vitest'
import { concat, fromHex, integer } from './bytes'
import { compress, decompress, exportPublicKey, makeDeviceKey } from './p256'

const X = new Uint8Array(32) // x = 0 lies on the curve
const P = fromHex('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff')
const packed = (tag: number, x: Uint8Array) => concat(Uint8Array.of(tag), x)

test('a point is packed and unpacked', async () => {
  for (let i = 0; i < 8; i++) {
    const jwk = await exportPublicKey((await makeDeviceKey()).publicKey)
    expect(decompress(compress(jwk))).toEqual(jwk)
  }
})

test('a point has one packed form', () => {
  const [even, odd] = [decompress(packed(2, X)), decompress(packed(3, X))]
  expect(even?.x).toBe(odd?.x)
  expect(even?.y).not.toBe(odd?.y)
  // x = p is 0 once more.
  expect(decompress(packed(2, P))).toBeUndefined()
})

test.each([
  ['the tag of a whole point', packed(4, X)],
  ['no tag', packed(0, X)],
  ['a byte short', packed(2, X.slice(1))],
  ['a byte long', packed(2, concat(X, Uint8Array.of(0)))],
  ['x = 1, which has no y,', packed(2, integer(1, 32))],
  ['nothing', new Uint8Array()],
])('%s is no packed point', (_, bytes) => expect(decompress(bytes)).toBeUndefined())
