/** The list below a field that narrows while one types: asked after a pause, the newest question only, walked by keys. */
import { computed, onBeforeUnmount, ref, shallowRef, useId } from 'vue'

export interface Choice {
  id: string
  text: string
  note?: string
}

export interface Found<C extends Choice> {
  choices: C[]
  /** There are others, or may be. */
  more?: boolean
}

const PAUSE_MS = 200

/** `enough` says from when on a text is worth asking about; what is shorter closes the list. */
export function useChoices<C extends Choice>(
  search: (text: string, signal: AbortSignal) => Promise<Found<C>>,
  enough: (text: string) => boolean = () => true,
) {
  const list = useId()
  const text = ref('')
  const found = shallowRef<Found<C>>({ choices: [] })
  const active = ref(-1)
  const open = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking: AbortController | undefined

  const idOf = (index: number) => `${list}-${index}`
  const activeId = computed(() => (open.value && active.value >= 0 ? idOf(active.value) : undefined))
  const activeChoice = computed(() => (open.value ? found.value.choices[active.value] : undefined))

  /** Asks at once; whatever was asked before is called off. `mark` is the line that Enter would take. */
  async function look(mark: 'first' | 'none' = 'none'): Promise<void> {
    asking?.abort()
    const mine = (asking = new AbortController())
    const asked = text.value.trim()
    if (!enough(asked)) return close()
    const answer = await search(asked, mine.signal).catch(() => undefined)
    if (mine.signal.aborted) return
    found.value = answer ?? { choices: [] }
    active.value = mark === 'first' && asked && found.value.choices.length > 0 ? 0 : -1
    open.value = answer !== undefined
  }

  function lookSoon(mark?: 'first' | 'none'): void {
    clearTimeout(timer)
    timer = setTimeout(() => void look(mark), PAUSE_MS)
  }

  function step(by: number): void {
    if (!open.value) return void look()
    const count = found.value.choices.length
    if (count === 0) return
    active.value = active.value < 0 && by < 0 ? count - 1 : (active.value + by + count) % count
    document.getElementById(idOf(active.value))?.scrollIntoView({ block: 'nearest' })
  }

  function close(): void {
    clearTimeout(timer)
    asking?.abort()
    open.value = false
    active.value = -1
  }

  /** The first Escape closes the list alone, not the dialog around it. */
  function onEscape(event: KeyboardEvent): void {
    if (!open.value) return
    event.preventDefault()
    event.stopPropagation()
    close()
  }

  onBeforeUnmount(close)
  return {
    list,
    text,
    found,
    active,
    open,
    idOf,
    activeId,
    activeChoice,
    look,
    lookSoon,
    step,
    close,
    onEscape,
  }
}
