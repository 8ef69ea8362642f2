import { flushPromises, mount } from '@vue/test-utils'
import { createMemoryHistory, createRouter } from 'vue-router'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { memberTokens } from '@/api/client'
import { bindDevice } from '@/api/device'
import { makeDeviceKey } from '@/shared/codes/p256'
import { codeExpired, keepCodeFresh, openCard, removeCard, unsaved } from './card'
import CardPage from './CardPage.vue'

const ISSUED = Date.parse('2026-11-01T02:00:00Z')
const credential = (day: string, renew: string) => ({
  static: '1',
  live_prefix: '1',
  renew_after: renew,
  expires_on: day,
})
const unit = { id: 'u', name: '金山第一党支部', kind: 'branch' }
const me = {
  member: { id: 'm', membership: 'full' },
  card: {
    id: 'c',
    title: '流动党员活动证',
    status: 'active',
    number: '3410-1',
    member: { id: 'm', name: '王伟' },
    department: unit,
    home: unit,
    host: unit,
    review_due: '2027-03-01',
    review_overdue: false,
    has_photo: false,
  },
}

let online: boolean
let issued: ReturnType<typeof credential>
let asked: number

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: ISSUED })
  online = true
  asked = 0
  issued = credential('2026-12-01', '2026-11-16T02:00:00.000Z')
  await bindDevice({
    deviceId: 'd-1',
    cardNumber: '3410-1',
    audience: 'https://guiyan.test',
    boundAt: 0,
    ...(await makeDeviceKey()),
  })
  vi.stubGlobal('fetch', async (request: Request) => {
    if (!online) throw new TypeError('Failed to fetch')
    const { pathname } = new URL(request.url)
    if (pathname.endsWith('/credential')) {
      asked++
      return Response.json(issued)
    }
    if (pathname.endsWith('/me')) return Response.json(me)
    return Response.json({ access_token: 'token', expires_in: 900 })
  })
  memberTokens.drop()
})
afterEach(async () => {
  await removeCard()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('the code is fetched once, and again silently when it is time', async () => {
  await openCard()
  await openCard()
  expect(asked).toBe(1)

  vi.setSystemTime('2026-11-16T02:00:01Z')
  issued = credential('2026-12-16', '2026-12-01T02:00:00.000Z')
  await openCard()
  expect(asked).toBe(2)
})

test('it is renewed for a member who never opens the card', async () => {
  await openCard()
  await keepCodeFresh()
  expect(asked).toBe(1)
  vi.setSystemTime('2026-11-20T02:00:00Z')
  await keepCodeFresh()
  expect(asked).toBe(2)
})

test('its last day ends in China, not in Greenwich', () => {
  const last = credential('2026-12-01', '')
  expect(codeExpired(last, Date.parse('2026-12-01T15:59:59Z'))).toBe(false)
  expect(codeExpired(last, Date.parse('2026-12-01T16:00:00Z'))).toBe(true)
})

test('a card that could not be stored says that it needs the network', async () => {
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  await openCard()
  expect(unsaved.value).toBe(true)
  vi.restoreAllMocks()
  await openCard()
  expect(unsaved.value).toBe(false)
})

test('an expired code is not shown without network, and the card says what to do', async () => {
  await openCard()
  online = false
  vi.setSystemTime('2026-12-02T02:00:00Z')
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/', component: CardPage }],
  })
  const page = mount(CardPage, { global: { plugins: [router] } })
  await flushPromises()
  expect(page.text()).toContain('王伟')
  expect(page.text()).toContain('证件码已过期，请联网一次')
  expect(page.find('.sheet').exists()).toBe(false)
  page.unmount()
})
