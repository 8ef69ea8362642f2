import { onMounted, ref, shallowRef, type Ref, type ShallowRef } from 'vue'

interface Page<T> {
  items: T[]
  next_cursor?: string | null
}

/** A list that comes in pages: what is there so far, and more when it is asked for. */
export interface List<T> {
  items: ShallowRef<T[]>
  error: ShallowRef<unknown>
  loading: Ref<boolean>
  /** There is a further page. */
  more: Ref<boolean>
  loadMore: () => Promise<void>
  /** From the first page again, as after a change of filter. */
  reload: () => Promise<void>
}

export function useList<T>(read: (cursor: string | undefined) => Promise<Page<T>>): List<T> {
  const items = shallowRef<T[]>([])
  const error = shallowRef<unknown>()
  const loading = ref(true)
  const more = ref(false)
  let cursor: string | undefined
  let latest = 0

  async function load(from: string | undefined, before: T[]): Promise<void> {
    const mine = ++latest
    loading.value = true
    try {
      const page = await read(from)
      // A slow answer to an older question must not replace that to a newer one.
      if (mine !== latest) return
      items.value = [...before, ...page.items]
      cursor = page.next_cursor ?? undefined
      more.value = cursor !== undefined
      error.value = undefined
    } catch (cause) {
      if (mine === latest) error.value = cause
    }
    if (mine === latest) loading.value = false
  }

  const reload = () => load(undefined, [])
  const loadMore = () => load(cursor, items.value)
  onMounted(reload)
  return { items, error, loading, more, loadMore, reload }
}
