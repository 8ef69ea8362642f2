import 'fake-indexeddb/auto'
import { afterEach, expect, test, vi } from 'vitest'
import {
  AlreadyHandedIn,
  contentOf,
  findDraft,
  handIn,
  listDrafts,
  newDraft,
  removeDraft,
  saveDraft,
} from './drafts'

const posted: { path: string; key: string; body: unknown }[] = []
let answer: () => Response

vi.mock('@/api/device', () => ({ device: { value: { cardNumber: '341000' } } }))
vi.mock('@/api/client', async (original) => ({
  ...(await original<object>()),
  member: {
    POST: (path: string, { params, body }: { params: { header: Record<string, string> }; body: unknown }) => {
      posted.push({ path, key: params.header['Idempotency-Key'] ?? '', body })
      const response = answer()
      const code = response.status === 409 ? 'key_reused' : 'unavailable'
      return Promise.resolve({ response, data: { id: 'd' }, error: { code } })
    },
  },
}))

afterEach(async () => {
  posted.length = 0
  for (const { id } of await listDrafts()) await removeDraft(id)
})

test('a draft is kept as it was written, the newest first, and only for whoever wrote it', async () => {
  const [first, second] = [newDraft({ text: '一' }, 1), newDraft({ text: '二' }, 2)]
  await saveDraft(first, 1)
  await saveDraft(second, 2)
  await saveDraft({ ...newDraft({ text: '别人的' }, 3), owner: '340100' }, 3)
  expect((await listDrafts()).map(({ text }) => text)).toEqual(['二', '一'])
  await saveDraft({ ...first, text: '一，改过' }, 4)
  expect((await listDrafts()).map(({ text }) => text)).toEqual(['一，改过', '二'])
})

test('a line that broke hands in again under the same key, and what was handed in is gone from the phone', async () => {
  const draft = newDraft({ kind: 'summary', text: '小结' })
  await saveDraft(draft)
  answer = () => new Response(null, { status: 503 })
  await expect(handIn(draft)).rejects.toThrow()
  expect(await findDraft(draft.id)).toMatchObject({ text: '小结', key: draft.key })
  answer = () => new Response(null, { status: 201 })
  await handIn(draft)
  expect(posted.map(({ key }) => key)).toEqual([draft.key, draft.key])
  expect(posted[1]).toMatchObject({ path: '/api/v1/me/documents', body: { kind: 'summary', text: '小结' } })
  expect(await listDrafts()).toEqual([])
})

test('what arrived after all is told, and the newer words are kept under a key of their own', async () => {
  const draft = newDraft({ text: '后来改过' })
  const before = draft.key
  answer = () => new Response(null, { status: 409 })
  await expect(handIn(draft)).rejects.toBeInstanceOf(AlreadyHandedIn)
  expect((await findDraft(draft.id))?.key).not.toBe(before)
})

test('of text and file only what was chosen is sent, and a length only where nobody can count it', () => {
  const draft = { ...newDraft({ text: '字' }), statedLength: '2000', attachmentId: 'a' }
  expect(contentOf(draft)).toMatchObject({ text: '字', attachment_id: undefined, stated_length: undefined })
  const content = new Blob()
  const scan = { ...draft, form: 'file' as const, file: { name: '扫描.PDF', content } }
  expect(contentOf(scan)).toMatchObject({ text: undefined, attachment_id: 'a', stated_length: 2000 })
  expect(contentOf({ ...scan, file: { name: '笔记.docx', content } }).stated_length).toBeUndefined()
})

test('the next version goes to the document that was returned', async () => {
  const draft = newDraft({ of: 'd', text: '改好了' })
  answer = () => new Response(null, { status: 201 })
  await handIn(draft)
  expect(posted[0]?.path).toBe('/api/v1/documents/{id}/revise')
})
