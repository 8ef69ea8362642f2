/** The codes of trust.md, as bytes. Nothing here proves anything: signatures are checked by who holds the keys. */
import { ascii, concat, fromHex, integer, toHex, toInteger, type Bytes } from './bytes'
import { fromDigits } from './digits'

export const STATIC_CARD = 0x11
export const LIVE_CARD = 0x12
export const ROTATING_EVENT = 0x21
export const PRINTED_EVENT = 0x22

interface CardFields {
  keyId: number
  /** The card's random id, hexadecimal; it changes at each renewal. */
  id: string
  /** Last valid day, counted from 1970-01-01. */
  expiryDay: number
  statusIndex: number
  issuerSignature: Bytes
}

export interface StaticCard extends CardFields {
  type: typeof STATIC_CARD
}

export interface LiveCard extends CardFields {
  type: typeof LIVE_CARD
  /** Compressed P-256 point. */
  deviceKey: Bytes
  /** Unix seconds. */
  time: number
  audience: Bytes
  holderSignature: Bytes
}

export interface EventCode {
  type: typeof ROTATING_EVENT | typeof PRINTED_EVENT
  /** The event's `code_id`: 16 hexadecimal digits. */
  event: string
  window: number
  mac: Bytes
}

export type Code = StaticCard | LiveCard | EventCode

/** Everything of a live code that the issuer made: it lacks only time, audience and the holder's signature. */
export const LIVE_PREFIX_LENGTH = 112
const LENGTH = { [STATIC_CARD]: 79, [LIVE_CARD]: 184, [ROTATING_EVENT]: 21, [PRINTED_EVENT]: 21 } as const

export function parseCode(digits: string): Code | undefined {
  const bytes = fromDigits(digits)
  return bytes && parseBytes(bytes)
}

export function parseBytes(bytes: Bytes): Code | undefined {
  const type = bytes[0] as keyof typeof LENGTH | undefined
  if (type === undefined || LENGTH[type] !== bytes.length) return undefined
  const take = reader(bytes)
  take(1)
  if (type === ROTATING_EVENT || type === PRINTED_EVENT)
    return { type, event: toHex(take(8)), window: toInteger(take(4)), mac: take(8) }

  const fields = {
    keyId: toInteger(take(1)),
    id: toHex(take(8)),
    expiryDay: toInteger(take(2)),
    statusIndex: toInteger(take(3)),
  }
  if (type === STATIC_CARD) return { type, ...fields, issuerSignature: take(64) }
  return {
    type,
    ...fields,
    deviceKey: take(33),
    issuerSignature: take(64),
    time: toInteger(take(4)),
    audience: take(4),
    holderSignature: take(64),
  }
}

/** Takes one field after another. */
function reader(bytes: Bytes): (length: number) => Bytes {
  let at = 0
  return (length) => bytes.slice(at, (at += length))
}

/** What a card's two signatures cover; `held` is empty for a static one, which proves nobody's presence. */
export function cardMessages(card: StaticCard | LiveCard): { issued: Bytes; held: Bytes } {
  const deviceKey = card.type === LIVE_CARD ? card.deviceKey : new Uint8Array()
  const claims = concat(
    Uint8Array.of(card.type, card.keyId),
    fromHex(card.id),
    integer(card.expiryDay, 2),
    integer(card.statusIndex, 3),
    deviceKey,
  )
  const issued = concat(ascii('guiyan/card/1'), claims)
  if (card.type !== LIVE_CARD) return { issued, held: new Uint8Array() }
  return {
    issued,
    held: liveMessage(liveBody(concat(claims, card.issuerSignature), card.time, card.audience)),
  }
}

/** What the holder signs: its domain tag, then the body. */
export const liveMessage = (body: Uint8Array): Bytes => concat(ascii('guiyan/live/1'), body)

/** All of a live code but the holder's signature: the issuer's part, the time, and the audience. */
export function liveBody(prefix: Uint8Array, unixSeconds: number, audience: Uint8Array): Bytes {
  return concat(prefix, integer(unixSeconds, 4), audience)
}

export const NO_AUDIENCE = new Uint8Array(4)

/** First four bytes of SHA-256 over the event's short id: this code is for that event only. */
export async function audienceOf(eventCodeId: Uint8Array<ArrayBuffer>): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', eventCodeId)).slice(0, 4)
}

/** Which page a code belongs to, and its digits: from a scanned address or from bare digits. */
export interface Scanned {
  page: 'v' | 'e' | 'a'
  content: string
}

/**
 * Reads what a camera saw. The host is not compared: one deployment may be reached under several names, and the
 * signature decides, not the address.
 */
export function readScan(text: string): Scanned | undefined {
  const found = /^https?:\/\/[^/]+\/([vea])#([A-Za-z0-9_-]+)$/.exec(text.trim())
  if (!found) return undefined
  const [, page, content] = found as unknown as [string, Scanned['page'], string]
  if (page !== 'a' && fromDigits(content) === undefined) return undefined
  return { page, content }
}
