import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { toBase64Url } from '@/shared/codes/bytes'
import { exportPublicKey, makeDeviceKey } from '@/shared/codes/p256'
import { statusList } from '@/shared/testing/issuer'
import { rememberedAccount } from './account'
import { officerTokens } from './client'
import { fetchPack, keptEvents, keyFor, openPack, packOf, sweepPacks, wipeAllPacks } from './offline-pack'

const HOUR = 3600_000
const cards = await makeDeviceKey()
const lists = await makeDeviceKey()
let respond: (eventId: string) => Promise<Response>

async function pack(id: string, lifeMs = HOUR) {
  const now = Date.now()
  const key = async (kid: number, key_use: string, pair: CryptoKeyPair) => ({
    kid,
    key_use,
    public_key: await exportPublicKey(pair.publicKey),
    not_before: '2026-01-01T00:00:00.000Z',
    retired_at: null,
  })
  return Response.json({
    event: { id, title: `活动 ${id}`, starts_at: new Date(now).toISOString(), code_id: '00112233445566ff' },
    event_key: toBase64Url(new Uint8Array(32).fill(5)),
    server_time: new Date(now).toISOString(),
    expires_at: new Date(now + lifeMs).toISOString(),
    keys: [await key(7, 'cards', cards), await key(9, 'status_list', lists)],
    status_lists: [await statusList(lists.privateKey, now, [3]), 'broken.list.here'],
    salt: toBase64Url(new Uint8Array(16)),
    roster: [],
    people: [
      { id: 'm-1', name: '王伟', host: { id: 'u', kind: 'branch', name: '支部' }, outcome: 'expected' },
    ],
  })
}

beforeEach(async () => {
  await wipeAllPacks()
  rememberedAccount.value = 'secretary'
  officerTokens.set({ access_token: 'token', expires_in: 900 })
  respond = (id) => pack(id)
  vi.stubGlobal('fetch', async (request: Request) =>
    respond(new URL(request.url).pathname.split('/')[4] ?? ''),
  )
})
afterEach(() => void vi.unstubAllGlobals())
afterEach(() => void vi.useRealTimers())

/** The application opened anew: nothing in memory, only what was stored. */
async function restart() {
  vi.resetModules()
  return import('./offline-pack')
}

test('a pack survives a restart, with keys that cannot be read out and lists that were verified', async () => {
  await fetchPack('e1')
  const restarted = await restart()
  await restarted.openPack('e1')
  const found = restarted.packOf('e1')
  expect(found?.people[0]?.name).toBe('王伟')
  await expect(crypto.subtle.exportKey('raw', found?.eventKey as CryptoKey)).rejects.toThrow()
  expect(found?.lists.map((list) => list?.bits[0])).toEqual([8, undefined])
})

test('a key serves one use only', async () => {
  await fetchPack('e1')
  const found = packOf('e1')
  expect(found && keyFor(found, 'cards', 7)).toBeDefined()
  expect(found && keyFor(found, 'cards', 9)).toBeUndefined()
})

test('two events are kept side by side', async () => {
  await fetchPack('e1')
  await fetchPack('e2')
  expect((await keptEvents()).map(({ id }) => id).sort()).toEqual(['e1', 'e2'])
})

test('without network what is kept stays', async () => {
  await fetchPack('e1')
  respond = () => Promise.reject(new TypeError('Failed to fetch'))
  await expect(fetchPack('e1')).rejects.toThrow()
  expect(packOf('e1')).toBeDefined()
})

test.each([
  [403, 'not_allowed'],
  [404, 'not_found'],
  [409, 'wrong_state'],
])('a %i means that there is none any more: it is wiped, the other event stays', async (status, code) => {
  await fetchPack('e1')
  await fetchPack('e2')
  respond = async () => Response.json({ code }, { status })
  await fetchPack('e1')
  expect(packOf('e1')).toBeUndefined()
  const restarted = await restart()
  expect((await restarted.keptEvents()).map(({ id }) => id)).toEqual(['e2'])
})

test('a server in trouble wipes nothing', async () => {
  await fetchPack('e1')
  respond = async () => new Response(null, { status: 503 })
  await expect(fetchPack('e1')).rejects.toThrow()
  expect(packOf('e1')).toBeDefined()
})

test('it is wiped when its time is over: in an open screen, when opened, and at the next start', async () => {
  respond = (id) => pack(id, 5000)
  await fetchPack('e1')
  vi.useFakeTimers({ now: Date.now() + 6000, toFake: ['Date'] })
  await sweepPacks()
  expect(packOf('e1')).toBeUndefined()
  vi.useRealTimers()
  await fetchPack('e1')
  vi.useFakeTimers({ now: Date.now() + 6000, toFake: ['Date'] })
  const restarted = await restart()
  await restarted.openPack('e1')
  expect(restarted.packOf('e1')).toBeUndefined()
  vi.useRealTimers()
  expect(await restarted.keptEvents()).toEqual([])
})

test('an answer that comes after signing out is not kept', async () => {
  respond = async (id) => {
    rememberedAccount.value = ''
    return pack(id)
  }
  await fetchPack('e1')
  expect(packOf('e1')).toBeUndefined()
  await openPack('e1')
  expect(packOf('e1')).toBeUndefined()
})
