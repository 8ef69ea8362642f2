/** The rotating code of an event, made on this phone from the event's key: docs/trust.md, "Bytes". */
import { ascii, concat, fromHex, integer, type Bytes } from '../codes/bytes'
import { ROTATING_EVENT } from '../codes/codes'
import { toDigits } from '../codes/digits'

/** How long one code stands on the screen. */
export const WINDOW_MS = 10_000
const MAC_LENGTH = 8
const HMAC = { name: 'HMAC', hash: 'SHA-256' }

/** Whoever takes this phone cannot read the key out of the browser. */
export async function importEventKey(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, HMAC, false, ['sign'])
}

/** The digits of the code of one window. `event` is the event's `code_id`: 16 hexadecimal digits. */
export async function eventCode(
  key: CryptoKey,
  event: string,
  window: number,
  type: number = ROTATING_EVENT,
): Promise<string> {
  const body = concat(Uint8Array.of(type), fromHex(event), integer(window, 4))
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, concat(ascii('guiyan/event/1'), body)))
  return toDigits(concat(body, mac.subarray(0, MAC_LENGTH)))
}
