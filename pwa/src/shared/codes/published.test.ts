/**
 * What others have published (tests/vectors/README.md), run through the calls that the pages make; server/src/keys/vectors.rs
 * runs the same files. Each test names the vectors that fail.
 */
import { expect, test } from 'vitest'
import ecdsa from '../../../../tests/vectors/wycheproof/ecdsa_secp256r1_sha256_p1363_test.json'
import points from '../../../../tests/vectors/wycheproof/ecdh_secp256r1_ecpoint_test.json'
import gcm from '../../../../tests/vectors/wycheproof/aes_gcm_test.json'
import hkdf from '../../../../tests/vectors/wycheproof/hkdf_sha256_test.json'
import rfc5869 from '../../../../tests/vectors/rfc5869.json'
import { concat, fromHex, toBase64Url, toHex, type Bytes } from './bytes'
import { compress, decompress, importPublicKey, verify } from './p256'

type Vector<Field extends string> = { tcId: number; result: 'valid' | 'invalid' | 'acceptable' } & Record<
  Field,
  string
>

interface File<Group> {
  testGroups: Group[]
}

/** Runs them one after the other; which of them do not behave as they should. */
async function failing<V extends { tcId: number }>(vectors: V[], holds: (vector: V) => Promise<boolean>) {
  const failed: number[] = []
  for (const vector of vectors) if (!(await holds(vector))) failed.push(vector.tcId)
  return failed
}

/** What a call gives that may refuse. */
const orRefused = <T>(call: Promise<T>): Promise<T | undefined> => call.catch(() => undefined)

/** The two coordinates of a whole point. */
function jwkOf(point: Bytes): JsonWebKey {
  const [x, y] = [point.slice(1, 33), point.slice(33)]
  return { kty: 'EC', crv: 'P-256', x: toBase64Url(x), y: toBase64Url(y) }
}

test('Wycheproof: ES256 under a whole point and under a packed one', async () => {
  type Group = { publicKey: { uncompressed: string }; tests: Vector<'msg' | 'sig'>[] }
  const { testGroups } = ecdsa as unknown as File<Group>
  let ran = 0
  for (const { publicKey, tests } of testGroups) {
    const whole = jwkOf(fromHex(publicKey.uncompressed))
    const unpacked = decompress(compress(whole))
    expect(unpacked).toEqual(whole)
    for (const jwk of [whole, unpacked ?? {}]) {
      const key = await importPublicKey(jwk)
      const failed = await failing(tests, async ({ msg, sig, result }) => {
        return (await verify(key, fromHex(sig), fromHex(msg))) === (result === 'valid')
      })
      expect(failed).toEqual([])
      ran += tests.length
    }
  }
  expect(ran).toBe(2 * 262)
})

test('Wycheproof: points on the curve and off it, whole and packed', async () => {
  const [group] = (points as unknown as File<{ tests: Vector<'public'>[] }>).testGroups
  const failed = await failing(group?.tests ?? [], async ({ public: hex, result }) => {
    const point = fromHex(hex)
    // "Acceptable" is a good point that is packed; our codes hold packed ones.
    const good = result !== 'invalid'
    if (point.length !== 65) {
      const unpacked = decompress(point)
      if (unpacked) await importPublicKey(unpacked)
      return (unpacked !== undefined) === good
    }
    const jwk = jwkOf(point)
    const taken = (await orRefused(importPublicKey(jwk))) !== undefined
    return taken === good && (!good || decompress(compress(jwk))?.y === jwk.y)
  })
  expect(failed).toEqual([])
  expect(group?.tests).toHaveLength(355)
})

/** As the roster of an event is opened: WebCrypto's HKDF. */
async function derive(ikm: string, salt: string, info: string, size: number): Promise<string> {
  const key = await crypto.subtle.importKey('raw', fromHex(ikm), 'HKDF', false, ['deriveBits'])
  const how = { name: 'HKDF', hash: 'SHA-256', salt: fromHex(salt), info: fromHex(info) }
  return toHex(new Uint8Array(await crypto.subtle.deriveBits(how, key, size * 8)))
}

test('Wycheproof: HKDF-SHA-256', async () => {
  type Group = { tests: (Vector<'ikm' | 'salt' | 'info' | 'okm'> & { size: number })[] }
  const vectors = (hkdf as unknown as File<Group>).testGroups.flatMap((group) => group.tests)
  const failed = await failing(vectors, async ({ ikm, salt, info, size, okm, result }) => {
    return (await orRefused(derive(ikm, salt, info, size))) === (result === 'valid' ? okm : undefined)
  })
  expect(failed).toEqual([])
  expect(vectors).toHaveLength(86)
})

test.each(rfc5869.cases)('RFC 5869, $name', async ({ ikm, salt, info, okm }) => {
  expect(await derive(ikm, salt, info, okm.length / 2)).toBe(okm)
})

test('Wycheproof: AES-256-GCM with a nonce of 96 bits and a tag of 128, both ways', async () => {
  type Sealed = Vector<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag'>
  type Group = { keySize: number; ivSize: number; tagSize: number; tests: Sealed[] }
  const vectors = (gcm as unknown as File<Group>).testGroups
    .filter(({ keySize, ivSize, tagSize }) => keySize === 256 && ivSize === 96 && tagSize === 128)
    .flatMap((group) => group.tests)
  const failed = await failing(vectors, async (vector) => {
    const uses: KeyUsage[] = ['encrypt', 'decrypt']
    const key = await crypto.subtle.importKey('raw', fromHex(vector.key), 'AES-GCM', false, uses)
    const how = { name: 'AES-GCM', iv: fromHex(vector.iv), additionalData: fromHex(vector.aad) }
    const sealed = concat(fromHex(vector.ct), fromHex(vector.tag))
    const opened = await orRefused(crypto.subtle.decrypt(how, key, sealed))
    const made = await crypto.subtle.encrypt(how, key, fromHex(vector.msg))
    if (vector.result !== 'valid') return opened === undefined
    return toHex(new Uint8Array(opened ?? [])) === vector.msg && toHex(new Uint8Array(made)) === toHex(sealed)
  })
  expect(failed).toEqual([])
  expect(vectors).toHaveLength(66)
})
