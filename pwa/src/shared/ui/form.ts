import { computed, nextTick, ref } from 'vue'
import { fieldText } from '../field-text'
import type { Action } from './action'

/** What a form lacks, by field; known before it is sent. */
export type Lacks = Record<string, string | undefined>

/**
 * Sending a form: what it lacks is said when it is first tried, what the server finds wrong after; the first fault gets the focus.
 */
export function useForm(lacks: () => Lacks, save: Action<[]>) {
  const tried = ref(false)
  const lacking = computed(() => (tried.value ? lacks() : {}))
  const fault = (pointer: string): string | undefined =>
    lacking.value[pointer] ?? fieldText(save.error.value, pointer)

  async function submit(): Promise<void> {
    tried.value = true
    if (!Object.values(lacking.value).some(Boolean) && (await save.run())) return
    await nextTick()
    document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }
  return { fault, submit }
}
