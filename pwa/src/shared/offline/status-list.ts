/**
 * Which cards are not valid, one bit a card (an IETF token status list). A list is believed by its signature; `iat` is
 * its age, and how old a list may be is for whoever reads it to judge.
 */
import { ascii, fromBase64Url, type Bytes } from '../codes/bytes'
import { verify } from '../codes/p256'

export interface StatusList {
  /** Milliseconds, by the server's clock. */
  issuedAt: number
  bits: Bytes
}

const BITS_IN_A_LIST = 2 ** 20

/** Undefined for a list that is not signed by `keyOf(kid)`, or cannot be read by this browser. */
export async function readStatusList(
  token: string,
  keyOf: (kid: number) => CryptoKey | undefined,
): Promise<StatusList | undefined> {
  try {
    const [head = '', body = '', signature = ''] = token.split('.')
    const { alg, typ, kid } = json<{ alg?: string; typ?: string; kid?: string }>(head)
    const key = keyOf(Number(kid))
    if (alg !== 'ES256' || typ !== 'statuslist+jwt' || !key) return undefined
    if (!(await verify(key, fromBase64Url(signature), ascii(`${head}.${body}`)))) return undefined
    const { iat, status_list } = json<{ iat: number; status_list: { bits: number; lst: string } }>(body)
    if (status_list.bits !== 1) return undefined
    return { issuedAt: iat * 1000, bits: await inflate(fromBase64Url(status_list.lst)) }
  } catch {
    return undefined
  }
}

/** Whether the card's bit says "not valid", and how old that news is; undefined where no list speaks of the card. */
export function statusOf(
  lists: readonly (StatusList | undefined)[],
  index: number,
): { invalid: boolean; issuedAt: number } | undefined {
  const list = lists[Math.floor(index / BITS_IN_A_LIST)]
  const place = index % BITS_IN_A_LIST
  const byte = list?.bits[place >> 3]
  if (!list || byte === undefined) return undefined
  return { invalid: ((byte >> (place & 7)) & 1) === 1, issuedAt: list.issuedAt }
}

const json = <T>(part: string): T => JSON.parse(new TextDecoder().decode(fromBase64Url(part))) as T

/** Throws in browsers without DecompressionStream: their list counts as none. */
async function inflate(packed: Bytes): Promise<Bytes> {
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'))
  return new Uint8Array(await new Response(plain).arrayBuffer())
}
