import { flushPromises, mount } from '@vue/test-utils'
import { createMemoryHistory, createRouter } from 'vue-router'
import { afterEach, expect, test, vi } from 'vitest'
import VerifyPage from './VerifyPage.vue'

const valid = () =>
  Response.json({ verdict: 'valid', checked_at: '2026-11-23T06:00:00Z', issuer: '黄山市委组织部' })
const offline = () => {
  throw new TypeError('Failed to fetch')
}
let respond: () => Response
afterEach(() => vi.unstubAllGlobals())

async function scan(code: string) {
  vi.stubGlobal('fetch', async () => respond())
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/v', component: VerifyPage }],
  })
  await router.push(`/v#${code}`)
  const page = mount(VerifyPage, { global: { plugins: [router] } })
  await flushPromises()
  return { page, router }
}

test('without network a card is never called valid', async () => {
  respond = offline
  const { page } = await scan('00123')
  expect(page.get('[role=alert]').text()).toContain('核对证件需要网络')
  expect(page.find('.good').exists()).toBe(false)

  respond = valid
  dispatchEvent(new Event('online'))
  await flushPromises()
  expect(page.get('.headline').text()).toBe('有效')
  page.unmount()
})

test('the verdict on one card does not stay over the next one', async () => {
  respond = valid
  const { page, router } = await scan('00123')
  expect(page.get('.headline').text()).toBe('有效')
  respond = offline
  await router.push('/v#00124')
  await flushPromises()
  expect(page.find('.good').exists()).toBe(false)
  expect(page.text()).toContain('没有核对')
  page.unmount()
})
