/**
 * P-256 keys and ES256 signatures in the forms our codes use: raw r‖s, and points in 33 bytes. WebCrypto makes and
 * checks the signatures; only the packing of a point is ours, as not every phone imports the packed form.
 */
import { concat, fromBase64Url, toBase64Url, type Bytes } from './bytes'

const KEY = { name: 'ECDSA', namedCurve: 'P-256' }
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' }

const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn

/** A key pair whose private half never leaves this browser. */
export async function makeDeviceKey(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(KEY, false, ['sign', 'verify'])
}

export async function sign(key: CryptoKey, message: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(SIGNATURE, key, message))
}

export async function verify(key: CryptoKey, signature: Bytes, message: Bytes): Promise<boolean> {
  return crypto.subtle.verify(SIGNATURE, key, signature, message)
}

export async function importPublicKey(jwk: JsonWebKey): Promise<CryptoKey> {
  const { kty, crv, x, y } = jwk
  return crypto.subtle.importKey('jwk', { kty, crv, x, y }, KEY, true, ['verify'])
}

/** Only what a server needs to know of a public key. */
export async function exportPublicKey(
  key: CryptoKey,
): Promise<{ kty: string; crv: string; x: string; y: string }> {
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', key)
  return { kty: 'EC', crv: 'P-256', x, y }
}

export function compress(jwk: JsonWebKey): Bytes {
  const y = fromBase64Url(jwk.y ?? '')
  return concat(Uint8Array.of(2 + ((y.at(-1) ?? 0) & 1)), fromBase64Url(jwk.x ?? ''))
}

/** The whole point again, or undefined when the bytes are no point of the curve. */
export function decompress(point: Uint8Array): JsonWebKey | undefined {
  const tag = point[0]
  if (point.length !== 33 || (tag !== 2 && tag !== 3)) return undefined
  const x = toBigInt(point.subarray(1))
  if (x >= P) return undefined
  const square = mod(x * x * x - 3n * x + B)
  const root = power(square, (P + 1n) / 4n)
  if (mod(root * root) !== square) return undefined
  const y = (root & 1n) === BigInt(tag & 1) ? root : P - root
  return { kty: 'EC', crv: 'P-256', x: toBase64Url(point.subarray(1)), y: toBase64Url(fromBigInt(y)) }
}

const mod = (value: bigint) => ((value % P) + P) % P

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = mod(square * square))
    if (rest & 1n) result = mod(result * square)
  return result
}

const toBigInt = (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)

function fromBigInt(value: bigint): Bytes {
  const bytes = new Uint8Array(32)
  for (let i = 31, rest = value; i >= 0; i--, rest >>= 8n) bytes[i] = Number(rest & 255n)
  return bytes
}
