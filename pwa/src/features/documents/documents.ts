/** Members' documents at the branch's desk: reading, returning, accepting, and entering what was handed in on paper. */
import { computed, reactive, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { account } from '@/api/account'
import { saveDocumentFile, sendAttachment } from '@/api/attachments'
import { officer, ok } from '@/api/client'
import type { MemberChoice } from '@/api/member-search'
import { may } from '@/api/roles'
import type { DocumentItem, DocumentKind } from '@/api/types'
import { useWithin } from '@/api/within'
import { fieldText } from '@/shared/field-text'
import { formatNumber } from '@/shared/format'
import { newId } from '@/shared/ids'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export const KINDS: DocumentKind[] = [
  'reading_notes',
  'summary',
  'party_spirit_analysis',
  'reflections',
  'thought_report',
  'other',
]
export const STATES = ['submitted', 'returned', 'accepted', 'all'] as const
export type Shown = (typeof STATES)[number]

export function useDocuments() {
  const route = useRoute()
  const router = useRouter()
  const within = useWithin()
  const part = <T extends string>(name: string, otherwise: T) =>
    computed({
      get: () => (typeof route.query[name] === 'string' ? (route.query[name] as T) : otherwise),
      set: (value: T) => void router.replace({ query: { ...route.query, [name]: value || undefined } }),
    })
  // Somebody who comes from the report's figures sees what they count; at the desk what waits comes first.
  const state = part<Shown>('state', within.count.value > 0 ? 'all' : 'submitted')
  const kind = part<DocumentKind | ''>('kind', '')
  const list = useList<DocumentItem>((cursor) => {
    const query = {
      ...within.query.value,
      state: state.value === 'all' ? undefined : state.value,
      kind: kind.value || undefined,
      limit: 30,
      cursor,
    }
    return ok(officer.GET('/api/v1/documents', { params: { query } }))
  })
  watch(() => route.query, list.reload)
  const mayEnter = computed(() => may(account.value, 'doWork'))
  return { within, state, kind, list, mayEnter }
}

export function useDocument(id: string) {
  const revision = ref<number>()
  const document = useLoad(() => {
    const params = { path: { id }, query: { revision: revision.value } }
    return ok(officer.GET('/api/v1/documents/{id}', { params }))
  })
  watch(revision, document.reload)

  async function step(taken: Promise<unknown>, done: string): Promise<void> {
    try {
      await taken
      toast(done)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'wrong_state') throw error
      toast(t('elsewhere'), 'info')
    }
    revision.value = undefined
    await document.reload()
  }
  const params = { path: { id } }
  const accept = useAction(() =>
    step(ok(officer.POST('/api/v1/documents/{id}/accept', { params })), t('accepted')),
  )
  const giveBack = useAction((remark: string) =>
    step(ok(officer.POST('/api/v1/documents/{id}/return', { params, body: { remark } })), t('returned')),
  )
  const withdraw = useAction(() =>
    step(ok(officer.POST('/api/v1/documents/{id}/withdraw', { params })), t('withdrawn')),
  )
  const key = newId(Date.now())
  const revise = useAction((length: number) => {
    const header = { 'Idempotency-Key': `${key}-${document.data.value?.revision}` }
    const body = { stated_length: length, title: document.data.value?.title ?? undefined }
    return step(
      ok(officer.POST('/api/v1/documents/{id}/revise', { params: { ...params, header }, body })),
      t('revised'),
    )
  })
  const save = useAction((name: string, of: number) => saveDocumentFile(officer, id, name, of))
  return { revision, document, accept, giveBack, withdraw, revise, save }
}

export function usePaper(done: (document: DocumentItem) => void) {
  const form = reactive({
    kind: 'reading_notes' as DocumentKind,
    title: '',
    writtenOn: '',
    length: '',
    file: undefined as File | undefined,
  })
  const who = ref<MemberChoice>()
  const tried = ref(false)
  const key = newId(Date.now())
  let sent: { file: File; id: string } | undefined

  const save = useAction(async () => {
    if (form.file && sent?.file !== form.file) {
      sent = { file: form.file, id: (await sendAttachment(officer, form.file, form.file.name)).id }
    }
    const body = {
      member_id: who.value?.memberId ?? '',
      kind: form.kind,
      title: form.title.trim() || undefined,
      written_on: form.writtenOn || undefined,
      stated_length: Number(form.length) > 0 ? Number(form.length) : undefined,
      attachment_id: form.file ? sent?.id : undefined,
    }
    const params = { header: { 'Idempotency-Key': key } }
    const document = await ok(officer.POST('/api/v1/documents', { params, body }))
    toast(t('entered'))
    done(document)
  })
  const fault = (pointer: string) => {
    if (tried.value && pointer === '/member_id' && !who.value) return t('whoMissing')
    return fieldText(save.error.value, pointer)
  }
  async function submit(): Promise<void> {
    tried.value = true
    if (who.value) await save.run()
  }
  return { form, who, save, fault, submit }
}

/** 1,234 字, and whether that was only said. */
export const lengthText = ({ length, stated }: Pick<DocumentItem, 'length' | 'stated'>): string =>
  t(stated ? 'statedLength' : 'length', { count: formatNumber(length) })
