import { flushPromises, mount } from '@vue/test-utils'
import { createMemoryHistory, createRouter } from 'vue-router'
import { beforeEach, expect, test, vi } from 'vitest'
import { accountSession } from '@/api/account'
import { officerTokens } from '@/api/client'
import type { Attempt, AttendanceItem, Conflict } from '@/api/types'
import { toasts } from '@/shared/ui/toast'
import ReviewPage from './ReviewPage.vue'

const wang = { id: 'm-1', name: '王伟' }
const li = { id: 'm-2', name: '李芳' }
const unit = { id: 'u-1', name: '金山第一党支部', kind: 'branch' }
const base = {
  occurred_at: '2026-11-23T06:02:00Z',
  recorded_at: '2026-11-23T08:30:00Z',
  late: true,
  weak: false,
}

const conflict = {
  ...base,
  id: 'scan-1',
  member: wang,
  method: 'event_code',
  note: null,
  by: { kind: 'member_phone', account: null, station: null },
  standing: {
    ...base,
    late: false,
    outcome: 'on_leave',
    method: 'correction',
    reason: '出差',
    by: { kind: 'officer', account: 'secretary', station: '手机 A3F2' },
  },
} as Conflict

const attempt = (id: string, change: Partial<Attempt>): Attempt => ({
  ...base,
  id,
  method: 'card',
  member: li,
  verdict: 'rejected',
  reason: 'too_early',
  note: null,
  by: { kind: 'officer', account: 'secretary', station: '手机 A3F2' },
  ...change,
})

const standing = (member: typeof wang, outcome: string) =>
  ({ member, outcome, entry_id: null, host: unit, late: false, weak: false }) as AttendanceItem

const takesScan = (body: unknown) => (body as { keep?: string }).keep === 'scan'

let conflicts: Conflict[]
let attempts: Attempt[]
let settle: () => Response
let posted: { path: string; body: unknown }[]

beforeEach(() => {
  conflicts = [conflict]
  attempts = []
  posted = []
  settle = () => Response.json(standing(wang, 'present'))
  toasts.value = []
  accountSession.value = {
    assignments: [{ role: 'branch_secretary', unit_id: 'u-1', unit }],
  } as unknown as typeof accountSession.value
  officerTokens.set({ access_token: 'token', expires_in: 900 })
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, searchParams } = new URL(request.url)
    if (request.method === 'POST') {
      posted.push({ path: pathname, body: await request.json() })
      return settle()
    }
    if (pathname.endsWith('/attempts')) {
      const verdicts = searchParams.get('verdict')?.split(',') ?? []
      return Response.json({ items: attempts.filter(({ verdict }) => verdicts.includes(verdict)) })
    }
    return Response.json({
      event: { id: 'e-1', title: '党课', state: 'open', starts_at: '2026-11-23T06:00:00Z', unit },
      counts: {},
      items: [
        standing(wang, posted.some(({ body }) => takesScan(body)) ? 'present' : 'on_leave'),
        standing(li, 'expected'),
      ],
      conflicts,
      attempts_refused: 0,
    })
  })
})

async function open() {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/events/:id/review', component: ReviewPage },
      { path: '/:rest(.*)*', component: {} },
    ],
  })
  await router.push('/events/e-1/review')
  const page = mount(ReviewPage, { global: { plugins: [router] }, attachTo: document.body })
  await flushPromises()
  const button = (text: string) => page.findAll('button').find((one) => one.text().includes(text))
  return { page, button }
}

test('a conflict shows what stands and the scan that disagrees', async () => {
  const { page } = await open()
  const [entry, scan] = page.findAll('.side').map((side) => side.text())
  for (const words of ['请假', '更正', '出差', 'secretary · 手机 A3F2']) expect(entry).toContain(words)
  for (const words of ['已签到', '扫活动码', '补传', '本人手机']) expect(scan).toContain(words)
})

test('one tap takes the scan, says so, and leaves a way to correct it', async () => {
  const { page, button } = await open()
  await button('采用扫码：记为到场')?.trigger('click')
  await flushPromises()
  expect(posted).toEqual([{ path: '/api/v1/check-ins/scan-1/settle', body: { keep: 'scan' } }])
  expect(toasts.value.at(-1)?.text).toBe('王伟：已采用扫码，记为到场')
  expect(page.find('.result').text()).toContain('已签到')
  expect(document.activeElement).toBe(page.find('.result').element)
  expect(button('更正')).toBeDefined()
})

test('a second scan of the same member is settled with the first', async () => {
  const second = { ...conflict, id: 'scan-2' }
  conflicts = [conflict, second]
  settle = () => {
    conflicts = []
    return Response.json(standing(wang, 'present'))
  }
  const { page, button } = await open()
  expect(page.findAll('article')).toHaveLength(2)
  await button('采用扫码')?.trigger('click')
  await flushPromises()
  expect(page.findAll('article')).toHaveLength(1)
})

test('the other button keeps what stands', async () => {
  settle = () => Response.json(standing(wang, 'on_leave'))
  const { page, button } = await open()
  await button('维持原记录')?.trigger('click')
  await flushPromises()
  expect(posted[0]?.body).toEqual({ keep: 'entry' })
  expect(page.find('.result').text()).toContain('请假')
})

test('what somebody else has settled meanwhile goes, and is said', async () => {
  settle = () => {
    conflicts = []
    return Response.json({ code: 'wrong_state', status: 409 }, { status: 409 })
  }
  const { page, button } = await open()
  await button('采用扫码')?.trigger('click')
  await flushPromises()
  expect(toasts.value.at(-1)?.text).toBe('这一条已有人核对过了')
  expect(page.text()).toContain('没有待核对的签到')
})

test('without network nothing is settled, and the reason is on the card', async () => {
  settle = () => {
    throw new TypeError('Failed to fetch')
  }
  const { page, button } = await open()
  await button('采用扫码')?.trigger('click')
  await flushPromises()
  expect(page.get('[role=alert]').text()).toContain('连不上服务器')
  expect(button('采用扫码')).toBeDefined()
})

test('refused and repeated scans are named, filtered, and a refused member can be entered', async () => {
  attempts = [
    attempt('a-1', {}),
    attempt('a-2', { verdict: 'duplicate', reason: null }),
    attempt('a-3', { member: null, reason: 'presentation_invalid' }),
    attempt('a-4', { member: wang, reason: 'card_lost' }),
  ]
  const { page } = await open()
  const rows = () => page.findAll('.rows li').map((row) => row.text())
  expect(rows()).toHaveLength(4)
  expect(rows()[0]).toContain('还没到签到时间')
  expect(rows()[0]).toContain('手机 A3F2')
  expect(rows()[2]).toContain('不知道是谁')
  expect(page.findAll('.rows button')).toHaveLength(2) // the two known people

  await page.get('input[value=duplicate]').setValue()
  await flushPromises()
  expect(rows()).toHaveLength(1)

  await page.get('input[value=rejected]').setValue()
  await flushPromises()
  await page.get('.rows button').trigger('click')
  await flushPromises()
  expect(page.get('dialog').text()).toContain('李芳')
})
