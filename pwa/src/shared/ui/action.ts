import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'

/** Something that a person sets off: whether it is under way, and what went wrong the last time. */
export interface Action<Args extends unknown[]> {
  busy: Ref<boolean>
  error: ShallowRef<unknown>
  /** Answers whether it succeeded; a second call while one is under way does nothing. */
  run: (...args: Args) => Promise<boolean>
  /** Forgets the last failure, as when a dialog opens again. */
  clear: () => void
}

export function useAction<Args extends unknown[]>(work: (...args: Args) => Promise<unknown>): Action<Args> {
  const busy = ref(false)
  const error = shallowRef<unknown>()

  async function run(...args: Args): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    error.value = undefined
    try {
      await work(...args)
      return true
    } catch (cause) {
      error.value = cause
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, error, run, clear: () => (error.value = undefined) }
}
