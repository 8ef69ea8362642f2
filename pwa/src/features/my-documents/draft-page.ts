/** Writing a draft: kept as one types, handed in with one tap. */
import { computed, onBeforeUnmount, onMounted, ref, watch } from 'vue'
import { useRouter } from 'vue-router'
import { errorText } from '@/shared/error-text'
import { fieldText } from '@/shared/field-text'
import { Problem, Unreachable } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { toast } from '@/shared/ui/toast'
import {
  AlreadyHandedIn,
  findDraft,
  handIn,
  isCounted,
  isEmpty,
  removeDraft,
  saveDraft,
  type Draft,
} from './drafts'
import { lengthOf } from './length'
import { t } from './messages'

/** After so long without a key the words are on the phone. */
const PAUSE_MS = 400

export function useDraft(id: string) {
  const router = useRouter()
  const draft = ref<Draft>()
  const lost = ref(false)
  const saved = ref<{ at: number; onPhone: boolean }>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let settled = false

  onMounted(async () => {
    draft.value = await findDraft(id)
    lost.value = !draft.value
  })
  const plain = (from: Draft): Draft => ({ ...from })
  async function save(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    if (!draft.value || settled) return
    const onPhone = await saveDraft(plain(draft.value))
    saved.value = { at: Date.now(), onPhone }
  }
  watch(
    draft,
    (now, before) => {
      // Reading it is no change.
      if (!before || !now) return
      clearTimeout(timer)
      timer = setTimeout(() => void save(), PAUSE_MS)
    },
    { deep: true },
  )
  /** The page may be gone the next moment: what is not yet kept is kept now. */
  const flush = () => void (timer !== undefined && save())
  onMounted(() => {
    document.addEventListener('visibilitychange', flush)
    addEventListener('pagehide', flush)
  })
  onBeforeUnmount(() => {
    flush()
    document.removeEventListener('visibilitychange', flush)
    removeEventListener('pagehide', flush)
  })

  const send = useAction(async () => {
    await save()
    if (!draft.value) return
    const mine = plain(draft.value)
    try {
      const done = await handIn(mine)
      settled = true
      toast(t('handedIn'))
      await router.replace(`/my-documents/${done.id}`)
    } catch (error) {
      Object.assign(draft.value, { key: mine.key, attachmentId: mine.attachmentId })
      throw error
    }
  })
  async function discard(): Promise<void> {
    settled = true
    clearTimeout(timer)
    await removeDraft(id)
    await router.replace('/my-documents')
  }
  function choose(file: File | undefined): void {
    if (!draft.value) return
    draft.value.file = file ? { name: file.name, content: file } : undefined
    delete draft.value.attachmentId
  }

  const count = computed(() => lengthOf(draft.value?.text ?? ''))
  const asksLength = computed(() => Boolean(draft.value?.file && !isCounted(draft.value.file.name)))
  const mayHandIn = computed(() => {
    if (!draft.value) return false
    if (draft.value.form === 'text') return count.value > 0
    return Boolean(draft.value.file) && (!asksLength.value || Number(draft.value.statedLength) > 0)
  })
  const fault = (pointer: string) => {
    const { code } = (send.error.value instanceof Problem && send.error.value.field(pointer)) || {}
    const exact = `fault.${code}`
    return t.has(exact)
      ? (t as (key: string, values: object) => string)(exact, {})
      : fieldText(send.error.value, pointer)
  }
  /** What went wrong, and that nothing is lost. */
  const failure = computed(() => {
    const error = send.error.value
    if (error instanceof AlreadyHandedIn) return t('already')
    if (error instanceof Unreachable) return t('noNetwork')
    return error ? errorText(error) : ''
  })
  return { draft, lost, saved, count, asksLength, mayHandIn, send, discard, choose, fault, failure, isEmpty }
}
