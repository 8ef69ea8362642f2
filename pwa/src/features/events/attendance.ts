/** Who came to one event, followed as it happens, and what a secretary mends by hand. */
import { computed, onBeforeUnmount, onMounted, ref, shallowRef } from 'vue'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { watchEvent } from '@/api/event-live'
import { useOfflinePack } from '@/api/offline-keeping'
import { may } from '@/api/roles'
import type { AttendanceItem, CheckInItem, Outcome, RecordedOutcome } from '@/api/types'
import { newId } from '@/shared/ids'
import { useAction } from '@/shared/ui/action'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { rejectText } from '@/shared/i18n/reject'
import { t } from './messages'

export type Part = 'all' | 'waiting' | 'here' | 'leave'
const PARTS: Record<Part, readonly Outcome[] | undefined> = {
  all: undefined,
  waiting: ['expected'],
  here: ['present', 'made_up'],
  leave: ['on_leave', 'absent'],
}

const isPart = (value: unknown): value is Part => typeof value === 'string' && Object.hasOwn(PARTS, value)

/** Disputes stand first; then who is not here yet: those are the ones to look after. Then the latest arrivals. */
const ORDER: Outcome[] = ['expected', 'present', 'made_up', 'on_leave', 'absent']

export function pick(items: AttendanceItem[], part: Part, name: string): AttendanceItem[] {
  const outcomes = PARTS[part]
  return items
    .filter((item) => !outcomes || outcomes.includes(item.outcome))
    .filter((item) => item.member.name.includes(name.trim()))
    .sort(
      (a, b) =>
        Number(b.disputed) - Number(a.disputed) ||
        ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome) ||
        (b.recorded_at ?? '').localeCompare(a.recorded_at ?? '') ||
        a.member.name.localeCompare(b.member.name, 'zh'),
    )
}

/** The one item in place of the older one of the same member. */
export function merge(items: AttendanceItem[], arrived: AttendanceItem): AttendanceItem[] {
  return [arrived, ...items.filter(({ member }) => member.id !== arrived.member.id)]
}

/** `show` is the part with which one came here, as by a link of the desk. */
export function useEventAttendance(id: string, show?: unknown) {
  const path = { id }
  const attendance = useLoad(() => ok(officer.GET('/api/v1/events/{id}/attendance', { params: { path } })))
  const part = ref<Part>(isPart(show) ? show : 'all')
  const name = ref('')
  const shown = computed(() => pick(attendance.data.value?.items ?? [], part.value, name.value))
  const holds = computed(() => may(account.value, 'holdEvents'))
  const ahead = () => ['upcoming', 'open'].includes(attendance.data.value?.event.state ?? '')
  const pack = useOfflinePack(id, () => holds.value && ahead())
  /** Without network the phone still knows the event, and can work at it. */
  const event = computed(() => attendance.data.value?.event ?? pack.value?.event)

  let stop: (() => void) | undefined
  onMounted(() => {
    if (!holds.value) return
    stop = watchEvent(id, {
      counts: (counts) =>
        void (attendance.data.value && (attendance.data.value = { ...attendance.data.value, counts })),
      arrived(item, counts) {
        const before = attendance.data.value
        if (before) attendance.data.value = { ...before, counts, items: merge(before.items, item) }
      },
      missed: () => void attendance.reload(),
      connected: () => undefined,
    })
  })
  onBeforeUnmount(() => stop?.())

  const cancel = useAction(async (reason: string) => {
    await ok(officer.POST('/api/v1/events/{id}/cancel', { params: { path }, body: { reason } }))
    toast(t('cancelDone'))
    await attendance.reload()
  })
  return { attendance, event, part, name, shown, holds, cancel }
}

/** Entries are never overwritten: a first one is recorded, a standing one is corrected by a further one. */
export function useCorrection(eventId: string, done: () => void) {
  const refused = shallowRef<string>()
  // The same id when the same answer is sent again after a broken connection.
  let attempt: { of: string; item: CheckInItem } | undefined

  const save = useAction(
    async (item: AttendanceItem, outcome: RecordedOutcome | 'stands', reason: string) => {
      refused.value = undefined
      if (outcome === 'stands') {
        const params = { path: { id: item.entry_id ?? '' } }
        await ok(officer.POST('/api/v1/check-ins/{id}/answer', { params, body: { reason } }))
      } else if (item.entry_id) {
        const params = { path: { id: item.entry_id } }
        await ok(officer.POST('/api/v1/check-ins/{id}/correct', { params, body: { outcome, reason } }))
      } else if (outcome === 'present') {
        const of = `${item.member.id} ${reason}`
        if (attempt?.of !== of) attempt = { of, item: manualItem(eventId, item.member.id, reason) }
        const { items } = await ok(officer.POST('/api/v1/check-ins', { body: { items: [attempt.item] } }))
        const [answer] = items
        if (answer?.verdict === 'rejected') {
          attempt = undefined
          refused.value = t('notAccepted', { reason: rejectText(answer.reason) })
          return
        }
      } else {
        const body = { member_id: item.member.id, outcome, reason }
        await ok(officer.POST('/api/v1/events/{id}/attendance', { params: { path: { id: eventId } }, body }))
      }
      toast(t('recorded'))
      done()
    },
  )
  return { save, refused }
}

function manualItem(eventId: string, memberId: string, note: string): CheckInItem {
  return {
    id: newId(Date.now()),
    event_id: eventId,
    occurred_at: new Date().toISOString(),
    method: 'manual',
    member_id: memberId,
    note,
  }
}
