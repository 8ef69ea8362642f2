/** The screen of an event: its rotating code, made on this phone also without network, and the wall of who came in. */
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, watch } from 'vue'
import { officer, ok } from '@/api/client'
import { watchEvent } from '@/api/event-live'
import { useOfflinePack } from '@/api/offline-keeping'
import { serverNow } from '@/api/server-clock'
import type { AttendanceItem, Counts, Event } from '@/api/types'
import { useNow } from '@/shared/now'
import { eventCode } from '@/shared/offline/event-code'
import { useLoad } from '@/shared/ui/load'
import { turnAt } from './rotation'

const TICK_MS = 200
const LATEST = 12

export function useEventCode(id: string) {
  const pack = useOfflinePack(id)
  const now = useNow(TICK_MS)
  const serverTime = computed(() => serverNow(now.value))
  const turn = computed(() => turnAt(serverTime.value))
  const url = shallowRef<string>()
  watch(
    [pack, () => turn.value.window],
    async ([kept, window]) => {
      if (kept)
        url.value = `${location.origin}/e#${await eventCode(kept.eventKey, kept.event.code_id, window)}`
      else url.value = undefined
    },
    { immediate: true },
  )
  const code = computed(() => (url.value ? { ...turn.value, url: url.value } : undefined))
  const event = computed(() => pack.value?.event)
  return { code, event, serverTime }
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
