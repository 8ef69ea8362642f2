import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, expect, test, vi } from 'vitest'
import { memberTokens } from '@/api/client'
import GiveForm from './GiveForm.vue'
import { bodyOf } from './my-opinions'

let posted: { body: unknown; key: string | null }[]
let fail: boolean

beforeEach(() => {
  posted = []
  fail = false
  memberTokens.set({ access_token: 'token', expires_in: 900 })
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'GET')
      return Response.json({ items: [{ id: 'u-1', kind: 'branch', name: '金山区第一支部' }] })
    posted.push({ body: await request.json(), key: request.headers.get('Idempotency-Key') })
    if (fail) throw new TypeError('Failed to fetch')
    return Response.json({ opinion: null }, { status: 201 })
  })
})

test('nothing is sent but what was said, to whom, and whether with a name', () => {
  expect(bodyOf({ unitId: 'u', topic: '', text: 'x', how: 'unnamed' })).toEqual({
    unit_id: 'u',
    topic: undefined,
    text: 'x',
    named: false,
  })
})

test('without a name it is said what is kept; sent twice after a broken line it is the same; then nothing is left on the phone', async () => {
  const page = mount(GiveForm, { attachTo: document.body })
  await flushPromises()
  expect(page.text()).toContain('支部和管理员都没有记录可查')
  await page.get('textarea').setValue('例会太长')
  fail = true
  await page.get('form').trigger('submit')
  await flushPromises()
  expect(page.get('[role=alert]').text()).toContain('连不上服务器')
  fail = false
  await page.get('form').trigger('submit')
  await flushPromises()
  expect(posted.map(({ body }) => body)).toEqual([
    { unit_id: 'u-1', text: '例会太长', named: false },
    { unit_id: 'u-1', text: '例会太长', named: false },
  ])
  expect(posted[0]?.key).toBe(posted[1]?.key)
  expect(page.text()).toContain('已送出')
  expect(page.html()).not.toContain('例会太长')
  expect(JSON.stringify({ ...localStorage })).not.toContain('例会太长')
})
