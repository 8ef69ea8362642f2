/** A screen of an event keeps its offline pack fresh while it is open; nobody has to ask for it. */
import { computed, onBeforeUnmount, onMounted, type ComputedRef } from 'vue'
import { fetchPack, openPack, packOf, sweepPacks, type OpenPack } from './offline-pack'
import { serverNow } from './server-clock'

/** From screen to screen a pack serves as it is; one that stays open fetches it again from time to time. */
const FRESH_MS = 60_000
const REFRESH_MS = 5 * 60_000
/** While the server is not reached. */
const RETRY_MS = 20_000
const LOOK_MS = 5_000

/** The pack of this event as soon as there is one. `allowed`: the server would give it. */
export function useOfflinePack(
  eventId: string,
  allowed: () => boolean = () => true,
): ComputedRef<OpenPack | undefined> {
  let timer: ReturnType<typeof setInterval> | undefined
  let nextTry = 0
  let fetching = false

  async function look(): Promise<void> {
    await sweepPacks()
    if (fetching || document.hidden || Date.now() < nextTry || !allowed()) return
    fetching = true
    nextTry = Date.now() + REFRESH_MS
    await fetchPack(eventId).catch(() => (nextTry = Date.now() + RETRY_MS))
    fetching = false
  }

  function now(): void {
    nextTry = 0
    void look()
  }

  async function start(): Promise<void> {
    await openPack(eventId)
    const pack = packOf(eventId)
    if (pack && serverNow() - pack.fetchedAt < FRESH_MS) nextTry = Date.now() + REFRESH_MS
    await look()
  }

  onMounted(() => {
    timer = setInterval(look, LOOK_MS)
    addEventListener('online', now)
    void start()
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    removeEventListener('online', now)
  })
  return computed(() => packOf(eventId))
}
