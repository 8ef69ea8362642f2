/** The code that a member's phone shows: the issuer's part, then time and audience under the phone's own signature. */
import { concat } from './bytes'
import { LIVE_CARD, LIVE_PREFIX_LENGTH, liveBody, liveMessage, NO_AUDIENCE } from './codes'
import { fromDigits, toDigits } from './digits'
import { sign } from './p256'

/** The digits of a live code for this second; undefined when `prefixDigits` is not the issuer's part of one. */
export async function signLiveCard(
  prefixDigits: string,
  privateKey: CryptoKey,
  nowMs: number,
  audience: Uint8Array = NO_AUDIENCE,
): Promise<string | undefined> {
  const prefix = fromDigits(prefixDigits)
  if (prefix?.length !== LIVE_PREFIX_LENGTH || prefix[0] !== LIVE_CARD) return undefined
  const body = liveBody(prefix, Math.floor(nowMs / 1000), audience)
  return toDigits(concat(body, await sign(privateKey, liveMessage(body))))
}
