import { onMounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue'

/** Something that is fetched when a screen opens: what came, or what went wrong, and a way to try again. */
export interface Load<T> {
  data: ShallowRef<T | undefined>
  error: ShallowRef<unknown>
  loading: Ref<boolean>
  reload: () => Promise<void>
}

/** `read` is asked at once when the component is mounted; the last good answer stays while it is asked again. */
export function useLoad<T>(read: () => Promise<T>): Load<T> {
  const data = shallowRef<T>()
  const error = shallowRef<unknown>()
  const loading = ref(true)
  let latest = 0

  async function reload(): Promise<void> {
    const mine = ++latest
    loading.value = true
    try {
      const answer = await read()
      if (mine !== latest) return
      data.value = answer
      error.value = undefined
    } catch (cause) {
      if (mine === latest) error.value = cause
    }
    if (mine === latest) loading.value = false
  }

  onMounted(reload)
  return { data, error, loading, reload }
}
