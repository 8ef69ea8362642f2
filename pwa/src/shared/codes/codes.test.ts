import { expect, test } from 'vitest'
import { ascii, concat, fromBase64Url, fromHex, integer, toBase64Url, toHex } from './bytes'
import { liveMessage, LIVE_PREFIX_LENGTH, parseBytes, parseCode, readScan } from './codes'
import { checkInProof, sessionAssertion } from './device-jwt'
import { toDigits } from './digits'
import { signLiveCard } from './live-card'
import { compress, decompress, importPublicKey, makeDeviceKey, verify } from './p256'

const NOW = Date.parse('2026-11-23T06:00:07Z')
const signature = new Uint8Array(64).fill(7)

function livePrefix(deviceKey: Uint8Array) {
  return concat(
    Uint8Array.of(0x12, 5),
    fromHex('0102030405060708'),
    integer(20_000, 2),
    integer(77, 3),
    deviceKey,
    signature,
  )
}

test('a static card comes apart into its fields', () => {
  const bytes = concat(
    Uint8Array.of(0x11, 3),
    fromHex('a1a2a3a4a5a6a7a8'),
    integer(20_781, 2),
    integer(70_000, 3),
    signature,
  )
  expect(parseCode(toDigits(bytes))).toMatchObject({
    type: 0x11,
    keyId: 3,
    id: 'a1a2a3a4a5a6a7a8',
    expiryDay: 20_781,
    statusIndex: 70_000,
    issuerSignature: signature,
  })
})

test('an event code comes apart into its fields', () => {
  const bytes = concat(
    Uint8Array.of(0x21),
    fromHex('00112233445566ff'),
    integer(176_000_001, 4),
    fromHex('0102030405060708'),
  )
  const digits = toDigits(bytes)
  expect(digits).toHaveLength(51)
  expect(parseCode(digits)).toMatchObject({ event: '00112233445566ff', window: 176_000_001 })
})

test('a wrong type or length is no code', () => {
  expect(parseBytes(new Uint8Array(79))).toBeUndefined()
  expect(parseBytes(concat(Uint8Array.of(0x11), new Uint8Array(79)))).toBeUndefined()
  expect(parseBytes(new Uint8Array())).toBeUndefined()
  expect(parseCode('x')).toBeUndefined()
})

test('a phone signs a live code that its public key verifies', async () => {
  const pair = await makeDeviceKey()
  const point = compress(await crypto.subtle.exportKey('jwk', pair.publicKey))
  const prefix = livePrefix(point)
  expect(prefix).toHaveLength(LIVE_PREFIX_LENGTH)

  const digits = await signLiveCard(toDigits(prefix), pair.privateKey, NOW)
  const code = parseCode(digits ?? '')
  if (code?.type !== 0x12) throw new Error('no live code')
  expect(code.time).toBe(Math.floor(NOW / 1000))
  expect(code.deviceKey).toEqual(point)

  const body = concat(prefix, integer(code.time, 4), code.audience)
  const holder = await importPublicKey(decompress(code.deviceKey) ?? {})
  expect(await verify(holder, code.holderSignature, liveMessage(body))).toBe(true)
  const other = concat(prefix, integer(code.time + 1, 4), code.audience)
  expect(await verify(holder, code.holderSignature, liveMessage(other))).toBe(false)
})

test('a live code is not made from anything but its own prefix', async () => {
  const { privateKey } = await makeDeviceKey()
  expect(await signLiveCard('123', privateKey, NOW)).toBeUndefined()
  expect(await signLiveCard(toDigits(new Uint8Array(LIVE_PREFIX_LENGTH)), privateKey, NOW)).toBeUndefined()
})

test('tokens carry the device as kid, and verify', async () => {
  const { privateKey, publicKey } = await makeDeviceKey()
  const device = { deviceId: 'd-1', privateKey }
  const part = (token: string, n: number) => token.split('.')[n] ?? ''
  const json = (text: string) =>
    JSON.parse(new TextDecoder().decode(fromBase64Url(text))) as Record<string, unknown>

  const session = await sessionAssertion(device, 'https://guiyan.test', NOW)
  expect(json(part(session, 0))).toEqual({ alg: 'ES256', typ: 'session+jwt', kid: 'd-1' })
  expect(json(part(session, 1))).toMatchObject({
    aud: 'https://guiyan.test',
    iat: NOW / 1000,
    exp: NOW / 1000 + 60,
  })

  const proof = await checkInProof(device, { id: 'c-1', event: 'e-1', code: '123', scannedAtMs: NOW + 900 })
  expect(json(part(proof, 1))).toEqual({ jti: 'c-1', event: 'e-1', code: '123', iat: NOW / 1000 })
  const [head, claims, sig] = proof.split('.')
  expect(await verify(publicKey, fromBase64Url(sig ?? ''), ascii(`${head}.${claims}`))).toBe(true)
})

test('base64url without padding', () => {
  expect(toBase64Url(fromHex('fbff'))).toBe('-_8')
  expect(toHex(fromBase64Url('-_8'))).toBe('fbff')
})

test('what a camera saw', () => {
  expect(readScan('https://guiyan.test/e#255')).toEqual({ page: 'e', content: '255' })
  expect(readScan(' http://10.0.0.2:8080/a#Ab_9-z ')).toEqual({ page: 'a', content: 'Ab_9-z' })
  expect(readScan('https://guiyan.test/v#999')).toBeUndefined()
  expect(readScan('https://guiyan.test/pay#1')).toBeUndefined()
  expect(readScan('WIFI:S:cafe;;')).toBeUndefined()
})
