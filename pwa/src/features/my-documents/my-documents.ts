/** What a member has handed in, and the drafts beside it; also without network. */
import { ref } from 'vue'
import { useRouter } from 'vue-router'
import { saveDocumentFile } from '@/api/attachments'
import { member, ok } from '@/api/client'
import { lastAnswer } from '@/api/last-answers'
import type { DocumentItem, DocumentRead } from '@/api/types'
import { formatNumber } from '@/shared/format'
import { useAction } from '@/shared/ui/action'
import { useLoad } from '@/shared/ui/load'
import { useList } from '@/shared/ui/list'
import { toast } from '@/shared/ui/toast'
import { listDrafts, newDraft, saveDraft, type Draft } from './drafts'
import { t } from './messages'

export function useMyDocuments() {
  const router = useRouter()
  const kept = ref(false)
  const drafts = useLoad(listDrafts)
  const list = useList<DocumentItem>(async (cursor) => {
    const ask = () => ok(member.GET('/api/v1/me/documents', { params: { query: { limit: 20, cursor } } }))
    // Only the first page is for the day without network.
    if (cursor) return ask()
    const { answer, kept: before } = await lastAnswer('documents', ask)
    kept.value = before
    return answer
  })
  async function write(): Promise<void> {
    const draft = newDraft()
    await saveDraft(draft)
    await router.push(`/my-documents/drafts/${draft.id}`)
  }
  return { drafts, list, kept, write }
}

export function useOwnDocument(id: string) {
  const router = useRouter()
  const document = useLoad(() => ok(member.GET('/api/v1/documents/{id}', { params: { path: { id } } })))
  const withdraw = useAction(async () => {
    await ok(member.POST('/api/v1/documents/{id}/withdraw', { params: { path: { id } } }))
    toast(t('withdrawn'))
    await document.reload()
  })
  const save = useAction((name: string, revision: number) => saveDocumentFile(member, id, name, revision))
  /** The draft of the next version: the one that was begun, or a new one with the words as they are. */
  async function revise({ kind, title, text, written_on }: DocumentRead): Promise<void> {
    const begun = (await listDrafts()).find((draft) => draft.of === id)
    const draft = begun ?? {
      ...newDraft({ of: id, kind, title: title ?? '', text: text ?? '' }),
      writtenOn: written_on,
    }
    if (!begun) await saveDraft(draft)
    await router.push(`/my-documents/drafts/${draft.id}`)
  }
  return { document, withdraw, save, revise }
}

/** 1,234 字, and whether that was only said. */
export const lengthText = ({ length, stated }: Pick<DocumentItem, 'length' | 'stated'>): string =>
  t(stated ? 'statedLength' : 'length', { count: formatNumber(length) })

export const titleOf = (draft: Pick<Draft, 'title' | 'text'>): string =>
  draft.title.trim() || draft.text.trim().slice(0, 20) || t('untitled')
