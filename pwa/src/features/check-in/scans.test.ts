import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { bindDevice } from '@/api/device'
import { memberTokens } from '@/api/client'
import { concat, fromHex, integer } from '@/shared/codes/bytes'
import { toDigits } from '@/shared/codes/digits'
import { makeDeviceKey } from '@/shared/codes/p256'
import { checkIn } from './check-in'
import { NotAnEventCode, sendScans, takeScan, waitingCount } from './scans'

const NOW = Date.parse('2026-11-23T06:00:00Z')
let windowNumber = 176_000_000
const newCode = () =>
  toDigits(
    concat(Uint8Array.of(0x21), fromHex('00112233445566ff'), integer(windowNumber++, 4), new Uint8Array(8)),
  )

interface SentItem {
  id: string
  occurred_at: string
  code: string
  proof: string
}
let sent: SentItem[][]
let respond: (items: SentItem[]) => Response

const accepted = (items: SentItem[]) =>
  Response.json({ items: items.map(({ id }) => ({ id, verdict: 'accepted' })) })

beforeEach(async () => {
  sent = []
  respond = accepted
  const keys = await makeDeviceKey()
  await bindDevice({ deviceId: 'd-1', cardNumber: '3410-1', boundAt: 0, ...keys })
  memberTokens.set({ access_token: 'token', expires_in: 900 })
  vi.stubGlobal('fetch', async (request: Request) => {
    const { items } = (await request.json()) as { items: SentItem[] }
    sent.push(items)
    return respond(items)
  })
})
afterEach(() => vi.unstubAllGlobals())

/** The application opened anew: nothing in memory, only what was stored. */
async function restart() {
  vi.resetModules()
  const { loadDevice } = await import('@/api/device')
  const client = await import('@/api/client')
  await loadDevice()
  client.memberTokens.set({ access_token: 'token', expires_in: 900 })
  return import('./scans')
}

test('a scan is sent with its own time and proof, and its answer kept', async () => {
  const scan = await takeScan(newCode(), NOW)
  expect(waitingCount.value).toBe(1)
  expect(await sendScans()).toBe(true)
  expect(sent[0]?.[0]).toMatchObject({
    id: scan.id,
    occurred_at: '2026-11-23T06:00:00.000Z',
    code: scan.code,
  })
  expect(sent[0]?.[0]?.proof.split('.')).toHaveLength(3)
  expect(scan.answer?.verdict).toBe('accepted')
  expect(waitingCount.value).toBe(0)
})

test('the same code again is the same scan, answered without asking', async () => {
  const code = newCode()
  const first = await takeScan(code, NOW)
  await sendScans()
  const second = await takeScan(code, NOW + 5000)
  expect(second.id).toBe(first.id)
  expect(second.answer?.verdict).toBe('accepted')
})

test('without network it is kept, survives a restart, and is sent later under the same id', async () => {
  respond = () => {
    throw new TypeError('Failed to fetch')
  }
  const { verdict, scan } = await checkIn(newCode())
  expect(verdict.headline).toBe('已保存在本机')

  const restarted = await restart()
  await restarted.loadScans()
  expect(restarted.waitingCount.value).toBe(1)
  respond = accepted
  expect(await restarted.sendScans()).toBe(true)
  expect(sent.at(-1)?.[0]?.id).toBe(scan?.id)
  expect(restarted.waitingCount.value).toBe(0)
  await sendScans()
})

test('a server in trouble loses nothing; a clear refusal is not repeated for ever', async () => {
  respond = () => new Response(null, { status: 503 })
  const scan = await takeScan(newCode(), NOW)
  expect(await sendScans()).toBe(false)
  expect(waitingCount.value).toBe(1)

  respond = () => Response.json({ code: 'invalid' }, { status: 422 })
  expect(await sendScans()).toBe(true)
  expect(scan.failure).toEqual({ status: 422, code: 'invalid' })
  expect(waitingCount.value).toBe(0)
})

test('what is no code of an event is refused before anything is kept', async () => {
  await expect(takeScan('12345', NOW)).rejects.toThrow(NotAnEventCode)
  expect(waitingCount.value).toBe(0)
})
