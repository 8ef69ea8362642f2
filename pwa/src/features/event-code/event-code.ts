/** The screen of an event: its rotating code from a stock of prefetched ones, and the wall of who came in. */
import { computed, onBeforeUnmount, onMounted, ref, shallowRef } from 'vue'
import { officer, ok } from '@/api/client'
import { watchEvent } from '@/api/event-live'
import type { AttendanceItem, Counts, Event } from '@/api/types'
import { useLoad } from '@/shared/ui/load'
import { clockOffset, currentCode, lastsMs, type CodeWindow } from './windows'

const TICK_MS = 200
/** Five minutes without network are bridged. */
const STOCK = 30
const REFILL_BELOW_MS = 200_000
const RETRY_MS = 5_000
const LATEST = 12

export function useEventCode(id: string) {
  const windows = shallowRef<CodeWindow[]>([])
  const failed = ref(false)
  const now = ref(Date.now())
  let offset = 0
  let nextTry = 0
  let timer: ReturnType<typeof setInterval> | undefined

  const serverNow = computed(() => now.value - offset)
  const code = computed(() => currentCode(windows.value, serverNow.value))

  async function refill(): Promise<void> {
    const askedAt = Date.now()
    nextTry = askedAt + RETRY_MS
    try {
      const params = { path: { id }, query: { count: STOCK } }
      const { ahead, server_time, ...first } = await ok(officer.GET('/api/v1/events/{id}/code', { params }))
      offset = clockOffset(server_time, askedAt, Date.now())
      windows.value = [first, ...ahead]
      failed.value = false
    } catch {
      failed.value = true
    }
  }

  function tick(): void {
    now.value = Date.now()
    if (now.value >= nextTry && lastsMs(windows.value, serverNow.value) < REFILL_BELOW_MS) void refill()
  }
  onMounted(() => {
    tick()
    timer = setInterval(tick, TICK_MS)
  })
  onBeforeUnmount(() => clearInterval(timer))
  return { code, failed, serverNow }
}

export interface Wall {
  event: Event
  counts: Counts
  latest: AttendanceItem[]
}

/** Who came in last stands first. */
export function latestOf(items: AttendanceItem[]): AttendanceItem[] {
  return items
    .filter(({ outcome, recorded_at }) => outcome === 'present' && recorded_at)
    .sort((a, b) => (b.recorded_at ?? '').localeCompare(a.recorded_at ?? ''))
    .slice(0, LATEST)
}

export function useWall(id: string) {
  const connected = ref(true)
  const wall = useLoad<Wall>(async () => {
    const { event, counts, items } = await ok(
      officer.GET('/api/v1/events/{id}/attendance', { params: { path: { id } } }),
    )
    return { event, counts, latest: latestOf(items) }
  })
  const change = (changes: (before: Wall) => Partial<Wall>) => {
    const before = wall.data.value
    if (before) wall.data.value = { ...before, ...changes(before) }
  }

  let stop: (() => void) | undefined
  onMounted(() => {
    stop = watchEvent(id, {
      counts: (counts) => change(() => ({ counts })),
      arrived: (item, counts) =>
        change(({ latest }) => ({
          counts,
          latest: latestOf([item, ...latest.filter(({ member }) => member.id !== item.member.id)]),
        })),
      missed: () => void wall.reload(),
      connected: (is) => (connected.value = is),
    })
  })
  onBeforeUnmount(() => stop?.())
  return { wall, connected }
}

/** What the screen says about checking in at this moment. */
export function phaseOf(event: Event, serverNow: number): 'upcoming' | 'open' | 'closed' | 'cancelled' {
  if (event.state === 'cancelled') return 'cancelled'
  if (serverNow < Date.parse(event.check_in.opens_at)) return 'upcoming'
  return serverNow <= Date.parse(event.check_in.closes_at) ? 'open' : 'closed'
}
