/** What the server signs and seals, for tests: cards, status lists, rosters. */
import { ascii, concat, fromHex, integer, toBase64Url, type Bytes } from '@/shared/codes/bytes'
import { NO_AUDIENCE } from '@/shared/codes/codes'
import { toDigits } from '@/shared/codes/digits'
import { signLiveCard } from '@/shared/codes/live-card'
import { compress, exportPublicKey, makeDeviceKey, sign } from '@/shared/codes/p256'

export interface TestCard {
  id: string
  expiryDay: number
  statusIndex: number
}

export const KID = 7

/** The printed code of a card. */
export async function printedCard(issuer: CryptoKey, card: TestCard, kid = KID): Promise<string> {
  const claims = concat(Uint8Array.of(0x11), fields(card, kid))
  return toDigits(concat(claims, await sign(issuer, concat(ascii('guiyan/card/1'), claims))))
}

/** The code that the holder's phone shows at a time. */
export async function liveCard(
  issuer: CryptoKey,
  card: TestCard,
  atMs: number,
  audience: Uint8Array = NO_AUDIENCE,
): Promise<string> {
  const phone = await makeDeviceKey()
  const point = compress(await exportPublicKey(phone.publicKey))
  const claims = concat(Uint8Array.of(0x12), fields(card, KID), point)
  const prefix = concat(claims, await sign(issuer, concat(ascii('guiyan/card/1'), claims)))
  return (await signLiveCard(toDigits(prefix), phone.privateKey, atMs, audience)) ?? ''
}

const fields = (card: TestCard, kid: number) =>
  concat(Uint8Array.of(kid), fromHex(card.id), integer(card.expiryDay, 2), integer(card.statusIndex, 3))

/** A status list on which the cards with these indices are not valid. */
export async function statusList(
  signer: CryptoKey,
  issuedAt: number,
  invalid: number[],
  kid = 9,
): Promise<string> {
  const bits = new Uint8Array(2 ** 17)
  for (const index of invalid) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7))
  const stream = new Blob([bits]).stream().pipeThrough(new CompressionStream('deflate'))
  const lst = toBase64Url(new Uint8Array(await new Response(stream).arrayBuffer()))
  return statusListToken(signer, issuedAt, lst, kid)
}

/** The token around a list that is packed already. */
export async function statusListToken(
  signer: CryptoKey,
  issuedAt: number,
  lst: string,
  kid = 9,
): Promise<string> {
  const head = part({ alg: 'ES256', typ: 'statuslist+jwt', kid: String(kid) })
  const iat = Math.floor(issuedAt / 1000)
  const body = part({
    sub: 'https://g.test/0',
    iat,
    exp: iat + 3600,
    ttl: 3600,
    status_list: { bits: 1, lst },
  })
  return `${head}.${body}.${toBase64Url(await sign(signer, ascii(`${head}.${body}`)))}`
}

const part = (value: unknown) => toBase64Url(ascii(JSON.stringify(value)))

/** One sealed record of a roster. */
export async function sealRecord(cardId: string, salt: Bytes, eventCodeId: string, record: unknown) {
  const source = await crypto.subtle.importKey('raw', fromHex(cardId), 'HKDF', false, ['deriveBits'])
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt, info: ascii('guiyan/roster/1') }
  const okm = new Uint8Array(await crypto.subtle.deriveBits(hkdf, source, 52 * 8))
  const key = await crypto.subtle.importKey('raw', okm.slice(8, 40), 'AES-GCM', false, ['encrypt'])
  const gcm = { name: 'AES-GCM', iv: okm.slice(40), additionalData: fromHex(eventCodeId) }
  const sealed = await crypto.subtle.encrypt(gcm, key, ascii(JSON.stringify(record)))
  return { tag: toBase64Url(okm.slice(0, 8)), sealed: toBase64Url(new Uint8Array(sealed)) }
}
