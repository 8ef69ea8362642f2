/**
 * The roster of an event, sealed record by record under keys derived from the cards' own ids: a lost staff phone names
 * nobody whose card was not in front of it.
 */
import { ascii, fromBase64Url, fromHex, toBase64Url, type Bytes } from '../codes/bytes'

export interface SealedRecord {
  /** Found by the card, and telling nothing without it. */
  tag: string
  sealed: string
}

const TAG = 8
const KEY = 32
const NONCE = 12

/** Opens the record of one card, or answers undefined where it is not on the roster. */
export async function openRecord<T>(
  roster: SealedRecord[],
  { cardId, salt, eventCodeId }: { cardId: string; salt: Bytes; eventCodeId: string },
): Promise<T | undefined> {
  const derived = await deriveBytes(fromHex(cardId), salt)
  const tag = toBase64Url(derived.subarray(0, TAG))
  const record = roster.find((one) => one.tag === tag)
  if (!record) return undefined

  const key = await crypto.subtle.importKey('raw', derived.slice(TAG, TAG + KEY), 'AES-GCM', false, [
    'decrypt',
  ])
  const algorithm = {
    name: 'AES-GCM',
    iv: derived.slice(TAG + KEY),
    additionalData: fromHex(eventCodeId),
  }
  const plain = await crypto.subtle
    .decrypt(algorithm, key, fromBase64Url(record.sealed))
    .catch(() => undefined)
  return plain && (JSON.parse(new TextDecoder().decode(plain)) as T)
}

async function deriveBytes(cardId: Bytes, salt: Bytes): Promise<Bytes> {
  const source = await crypto.subtle.importKey('raw', cardId, 'HKDF', false, ['deriveBits'])
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt, info: ascii('guiyan/roster/1') }
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, source, (TAG + KEY + NONCE) * 8))
}
