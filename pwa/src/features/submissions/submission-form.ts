/** Writing a request or a report, with its files. */
import { computed, nextTick, reactive, ref } from 'vue'
import { account } from '@/api/account'
import { sendAttachment } from '@/api/attachments'
import { officer, ok } from '@/api/client'
import { unitsFor } from '@/api/roles'
import type { Attachment, SubmissionKind } from '@/api/types'
import { fieldText } from '@/shared/field-text'
import { newId } from '@/shared/ids'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export const MOST_FILES = 10

interface SubmissionDraft {
  unitId: string
  kind: SubmissionKind
  title: string
  body: string
  dueOn: string
  files: Attachment[]
}

export function useSubmissionForm(id: string | undefined, done: (id: string) => void) {
  const units = computed(() => unitsFor(account.value, 'doWork'))
  const draft = reactive<SubmissionDraft>({
    unitId: units.value[0]?.id ?? '',
    kind: 'request',
    title: '',
    body: '',
    dueOn: '',
    files: [],
  })
  const version = ref(0)
  const tried = ref(false)
  const key = newId(Date.now())

  const original = useLoad(async () => {
    if (!id) return null
    const found = await ok(officer.GET('/api/v1/submissions/{id}', { params: { path: { id } } }))
    version.value = found.version
    const { kind, title, body, attachments: files } = found
    Object.assign(draft, { unitId: found.unit.id, kind, title, body, dueOn: found.due_on ?? '', files })
    return found
  })

  /** Each file goes to the server when it is chosen; the draft names it. */
  const addFiles = useAction(async (files: File[]) => {
    for (const file of files) {
      if (draft.files.length >= MOST_FILES) return
      draft.files = [...draft.files, await sendAttachment(officer, file, file.name)]
    }
  })
  const dropFile = (gone: Attachment) => (draft.files = draft.files.filter((file) => file.id !== gone.id))

  const save = useAction(async () => {
    const { unitId, kind, title, body, dueOn, files } = draft
    const written = { kind, title: title.trim(), body, attachments: files.map((file) => file.id) }
    if (!id) {
      const params = { header: { 'Idempotency-Key': key } }
      const made = { unit_id: unitId, due_on: dueOn || undefined, ...written }
      const { id: saved } = await ok(officer.POST('/api/v1/submissions', { params, body: made }))
      toast(t('saved'))
      return done(saved)
    }
    const params = { path: { id }, header: { 'If-Match': `"${version.value}"` } }
    await ok(
      officer.PATCH('/api/v1/submissions/{id}', { params, body: { ...written, due_on: dueOn || null } }),
    )
    toast(t('saved'))
    done(id)
  })
  /** What went wrong, where it has words of its own. */
  const said = computed(() => {
    const code = save.error.value instanceof Problem ? save.error.value.code : ''
    if (code === 'changed') return t('changed')
    return code === 'wrong_state' && !id ? t('noSuperior') : undefined
  })

  const missing = (text: string) => (tried.value && !text.trim() ? t('missing') : undefined)
  const fault = (pointer: '/title' | '/body' | '/due_on' | '/unit_id') =>
    (pointer === '/title' && missing(draft.title)) ||
    (pointer === '/body' && missing(draft.body)) ||
    fieldText(save.error.value, pointer)

  async function submit(): Promise<void> {
    tried.value = true
    if (draft.title.trim() && draft.body.trim() && (await save.run())) return
    await nextTick()
    document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }
  return { units, draft, original, addFiles, dropFile, save, said, fault, submit }
}
