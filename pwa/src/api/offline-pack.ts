/**
 * What a staff phone needs to work at one event without network: fetched silently while there is network, kept on the
 * phone with keys that no script can read out, and wiped when the event or the account's stay here is over.
 */
import { shallowReactive } from 'vue'
import { fromBase64Url, type Bytes } from '@/shared/codes/bytes'
import { importPublicKey } from '@/shared/codes/p256'
import { table } from '@/shared/db'
import { importEventKey } from '@/shared/offline/event-code'
import type { SealedRecord } from '@/shared/offline/roster'
import { readStatusList, type StatusList } from '@/shared/offline/status-list'
import { Problem } from '@/shared/problem'
import { rememberedAccount } from './account'
import { officer, ok } from './client'
import { noteServerTime, serverNow } from './server-clock'
import type { CardStatus, Event, OfflinePack } from './types'

/** What the roster says of a card's holder. */
export interface RosterRecord {
  member_id: string
  name: string
  host: string
  status: CardStatus
  registration_active: boolean
  in_audience: boolean
}

interface KeptPack {
  event: Event
  eventKey: CryptoKey
  keys: { kid: number; use: OfflinePack['keys'][number]['key_use']; key: CryptoKey }[]
  lists: string[]
  salt: Bytes
  roster: SealedRecord[]
  people: OfflinePack['people']
  /** Both by the server's clock. */
  fetchedAt: number
  expiresAt: number
}

/** A pack at hand, its status lists verified and unpacked; an undefined one did not hold. */
export interface OpenPack extends Omit<KeptPack, 'lists'> {
  lists: (StatusList | undefined)[]
}

const rows = table<KeptPack>('offline-packs')
/** The packs in use, by event. */
const open = shallowReactive(new Map<string, OpenPack>())

/** The pack of an event, where this phone has one that still serves. Reactive. */
export function packOf(eventId: string): OpenPack | undefined {
  return open.get(eventId)
}

const expired = ({ expiresAt }: Pick<KeptPack, 'expiresAt'>) => serverNow() >= expiresAt

/** Brings out what is kept for an event. */
export async function openPack(eventId: string): Promise<void> {
  if (open.has(eventId)) return
  const kept = await rows.get(eventId).catch(() => undefined)
  if (kept && expired(kept)) await wipePack(eventId)
  else if (kept && !open.has(eventId)) open.set(eventId, await unpack(kept))
}

/** Fetches it anew; whatever happens on the way, what is kept stays, unless the server says that there is none. */
export async function fetchPack(eventId: string): Promise<void> {
  const account = rememberedAccount.value
  const askedAt = Date.now()
  try {
    const params = { path: { id: eventId } }
    const pack = await ok(officer.GET('/api/v1/events/{id}/offline-pack', { params }))
    const server = Date.parse(pack.server_time)
    noteServerTime(server, server, askedAt, Date.now())
    const kept = await seal(pack)
    // Somebody may have signed out meanwhile.
    if (rememberedAccount.value !== account) return
    open.set(eventId, await unpack(kept))
    // Where storage is refused, it serves until the page closes.
    await rows.put(eventId, kept).catch(() => undefined)
  } catch (error) {
    if (error instanceof Problem && [403, 404, 409].includes(error.status)) await wipePack(eventId)
    else throw error
  }
}

async function seal(pack: OfflinePack): Promise<KeptPack> {
  const keys = pack.keys.map(async ({ kid, key_use, public_key }) => ({
    kid,
    use: key_use,
    key: await importPublicKey(public_key),
  }))
  return {
    event: pack.event,
    eventKey: await importEventKey(fromBase64Url(pack.event_key)),
    keys: await Promise.all(keys),
    lists: pack.status_lists,
    salt: fromBase64Url(pack.salt),
    roster: pack.roster,
    people: pack.people,
    fetchedAt: Date.parse(pack.server_time),
    expiresAt: Date.parse(pack.expires_at),
  }
}

async function unpack(kept: KeptPack): Promise<OpenPack> {
  const keyOf = (kid: number) => keyFor(kept, 'status_list', kid)
  return { ...kept, lists: await Promise.all(kept.lists.map((list) => readStatusList(list, keyOf))) }
}

/** A key serves one use only. */
export function keyFor(
  { keys }: Pick<KeptPack, 'keys'>,
  use: KeptPack['keys'][number]['use'],
  kid: number,
): CryptoKey | undefined {
  return keys.find((one) => one.kid === kid && one.use === use)?.key
}

export async function wipePack(eventId: string): Promise<void> {
  open.delete(eventId)
  await rows.delete(eventId).catch(() => undefined)
}

export async function wipeAllPacks(): Promise<void> {
  open.clear()
  await rows.clear().catch(() => undefined)
}

/** Wipes those whose time is over. */
export async function sweepPacks(): Promise<void> {
  for (const kept of await rows.all().catch(() => [])) if (expired(kept)) await wipePack(kept.event.id)
  for (const [eventId, pack] of open) if (expired(pack)) await wipePack(eventId)
}

/** The events at which this phone can work without network, the next one first. */
export async function keptEvents(): Promise<Event[]> {
  const kept = await rows.all().catch(() => [])
  return kept
    .filter((one) => !expired(one))
    .map(({ event }) => event)
    .sort((a, b) => a.starts_at.localeCompare(b.starts_at))
}
