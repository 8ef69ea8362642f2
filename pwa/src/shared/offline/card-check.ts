/**
 * What a card's code shows here and now, by signatures and time alone. It mirrors `genuine` and `showing` of
 * server/src/cards/verify.rs.
 */
import { cardMessages, LIVE_CARD, NO_AUDIENCE, type LiveCard, type StaticCard } from '../codes/codes'
import { toHex, type Bytes } from '../codes/bytes'
import { decompress, importPublicKey, verify } from '../codes/p256'

/** `elsewhere`: it was made for another event. */
export type Showing = 'live' | 'live_late' | 'static' | 'stale' | 'elsewhere'

/** A live code is green for this long, by either clock, and amber for that long. */
const LIVE_SECONDS = 60
const LATE_SECONDS = 180
/** Calendar days are China's. */
const CHINA_MS = 8 * 3600_000
const DAY_MS = 24 * 3600_000

/** Whether the issuer's signature holds, and in a live code the holder's too. */
export async function genuine(card: StaticCard | LiveCard, issuer: CryptoKey): Promise<boolean> {
  const { issued, held } = cardMessages(card)
  if (!(await verify(issuer, card.issuerSignature, issued))) return false
  if (card.type !== LIVE_CARD) return true
  const holder = decompress(card.deviceKey)
  return holder !== undefined && verify(await importPublicKey(holder), card.holderSignature, held)
}

/** What a genuine code shows at that time, to an event of that audience. */
export function showing(card: StaticCard | LiveCard, atMs: number, audience: Bytes): Showing {
  let presence: Showing = 'static'
  if (card.type === LIVE_CARD) {
    const meant = toHex(card.audience)
    if (meant !== toHex(NO_AUDIENCE) && meant !== toHex(audience)) return 'elsewhere'
    // A phone's clock may run ahead as well as behind.
    const seconds = Math.abs(Math.floor(atMs / 1000) - card.time)
    if (seconds > LATE_SECONDS) return 'stale'
    presence = seconds <= LIVE_SECONDS ? 'live' : 'live_late'
  }
  return card.expiryDay < Math.floor((atMs + CHINA_MS) / DAY_MS) ? 'stale' : presence
}
