import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { bindDevice } from '@/api/device'
import { memberTokens } from '@/api/client'
import { concat, fromHex, integer } from '@/shared/codes/bytes'
import { toDigits } from '@/shared/codes/digits'
import { makeDeviceKey } from '@/shared/codes/p256'
import { checkIn, outcomeOf, tidingsOf } from './check-in'
import {
  NotAnEventCode,
  sawAnswer,
  sendScans,
  takeScan,
  tidings,
  waitingCount,
  waitingUnsaved,
} from './scans'

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
  await bindDevice({
    deviceId: 'd-1',
    cardNumber: '3410-1',
    audience: 'https://guiyan.test',
    boundAt: 0,
    ...keys,
  })
  memberTokens.set({ access_token: 'token', expires_in: 900 })
  vi.stubGlobal('fetch', async (request: Request) => {
    const { items } = (await request.json()) as { items: SentItem[] }
    sent.push(items)
    return respond(items)
  })
})
afterEach(async () => {
  respond = accepted
  await sendScans()
  for (const scan of tidings.value) await sawAnswer(scan)
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})
const offline = () => {
  throw new TypeError('Failed to fetch')
}

/** The application opened anew: nothing in memory, only what was stored. */
async function restart() {
  vi.resetModules()
  const { loadDevice } = await import('@/api/device')
  const client = await import('@/api/client')
  await loadDevice()
  client.memberTokens.set({ access_token: 'token', expires_in: 900 })
  const [scans, { tidingsOf }] = await Promise.all([import('./scans'), import('./check-in')])
  return { ...scans, tidingsOf }
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
  respond = offline
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

test('what became of a kept scan is told after a restart too, until it has been seen', async () => {
  respond = offline
  await takeScan(newCode(), NOW)
  respond = (items) =>
    Response.json({
      items: items.map(({ id }) => ({
        id,
        verdict: 'accepted',
        check_in: { outcome: 'present', event: { title: '党课' } },
      })),
    })
  const first = await restart()
  await first.loadScans()
  await first.sendScans()

  const later = await restart()
  await later.loadScans()
  const [scan] = later.tidings.value
  expect(scan && later.tidingsOf(scan)).toMatchObject({
    title: '刚才保存的签到已送达：签到成功',
    event: '党课',
  })
  if (scan) await later.sawAnswer(scan)
  expect(later.tidings.value).toHaveLength(0)
  const latest = await restart()
  await latest.loadScans()
  expect(latest.tidings.value).toHaveLength(0)
  expect(latest.waitingCount.value).toBe(0)
  await sendScans()
})

test('a kept scan that was refused says why', async () => {
  respond = (items) =>
    Response.json({ items: items.map(({ id }) => ({ id, verdict: 'rejected', reason: 'too_late' })) })
  const scan = await takeScan(newCode(), NOW)
  await sendScans()
  expect(tidingsOf(scan)).toMatchObject({ tone: 'bad', title: '刚才保存的签到没有记上：签到已经结束' })
  expect(tidingsOf(scan).advice).toContain('支部书记')
})

test('a phone that is not recognised just now loses nothing', async () => {
  respond = () => Response.json({ code: 'not_signed_in' }, { status: 401 })
  vi.stubGlobal('fetch', async () => Response.json({ code: 'not_signed_in' }, { status: 401 }))
  const { verdict, scan, waits } = await checkIn(newCode())
  expect(verdict.headline).toBe('已保存，但没有认出这部手机')
  expect(waits).toBe(true)
  expect(waitingCount.value).toBe(1)

  vi.stubGlobal('fetch', async (request: Request) => {
    const body = (await request.json()) as { items?: SentItem[] }
    return body.items ? accepted(body.items) : Response.json({ access_token: 'token', expires_in: 900 })
  })
  expect(await sendScans()).toBe(true)
  expect(scan && outcomeOf(scan).verdict.headline).toBe('签到成功')
})

test('where the browser stores nothing it is said, and the scan still sent', async () => {
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  respond = offline
  const { verdict, scan } = await checkIn(newCode())
  expect(verdict.headline).toBe('还没有送出，也没能保存')
  expect(verdict.advice).toContain('请不要关闭本页')
  expect(waitingUnsaved.value).toBe(true)
  respond = accepted
  await sendScans()
  expect(scan?.answer?.verdict).toBe('accepted')
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

test('the sign-in page of a guest network decides nothing', async () => {
  const page = (status: number) => () =>
    new Response('<html>', { status, headers: { 'content-type': 'text/html' } })
  await takeScan(newCode(), NOW)
  respond = () => Response.json({})
  expect(await sendScans()).toBe(false)
  for (const status of [200, 403, 404, 511]) {
    respond = page(status)
    expect(await sendScans()).toBe(false)
    expect(waitingCount.value).toBe(1)
  }
})

test('what is no code of an event is refused before anything is kept', async () => {
  await expect(takeScan('12345', NOW)).rejects.toThrow(NotAnEventCode)
  expect(waitingCount.value).toBe(0)
})
