/** What an event's scans left open: those that disagree with the record, and those that did not count. */
import { computed, ref, shallowRef, watch } from 'vue'
import { officer, ok } from '@/api/client'
import type { Attempt, AttendanceItem, Conflict, Recorded } from '@/api/types'
import { formatClock, formatDateTime } from '@/shared/format'
import { rejectText } from '@/shared/i18n/reject'
import { term } from '@/shared/i18n/terms'
import { Problem } from '@/shared/problem'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './review-messages'

export type Keep = 'scan' | 'entry'
export type AttemptKind = 'all' | 'rejected' | 'duplicate'
const VERDICTS: Record<AttemptKind, string> = {
  all: 'rejected,duplicate',
  rejected: 'rejected',
  duplicate: 'duplicate',
}

export function useReview(id: string) {
  const path = { id }
  const attendance = useLoad(() => ok(officer.GET('/api/v1/events/{id}/attendance', { params: { path } })))
  const kind = ref<AttemptKind>('all')
  const attempts = useList<Attempt>((cursor) => {
    const query = { verdict: VERDICTS[kind.value], limit: 30, cursor }
    return ok(officer.GET('/api/v1/events/{id}/attempts', { params: { path, query } }))
  })
  watch(kind, attempts.reload)

  /** The conflicts in their places, also after they were settled here: nothing moves under the finger. */
  const conflicts = shallowRef<Conflict[]>([])
  const settled = shallowRef(new Map<string, AttendanceItem>())
  watch(attendance.data, (data) => {
    const known = new Set(conflicts.value.map((conflict) => conflict.id))
    const open = data?.conflicts ?? []
    const still = conflicts.value.filter(
      (one) => settled.value.has(one.id) || open.some((conflict) => conflict.id === one.id),
    )
    conflicts.value = [...still, ...open.filter((conflict) => !known.has(conflict.id))]
  })
  const openCount = computed(() => conflicts.value.filter(({ id }) => !settled.value.has(id)).length)

  const remember = (conflict: string, item: AttendanceItem) =>
    (settled.value = new Map(settled.value).set(conflict, item))

  async function settle(conflict: Conflict, keep: Keep): Promise<void> {
    try {
      const params = { path: { id: conflict.id } }
      const item = await ok(officer.POST('/api/v1/check-ins/{id}/settle', { params, body: { keep } }))
      remember(conflict.id, item)
      toast(t(keep === 'scan' ? 'tookScan' : 'keptEntry', { name: conflict.member.name }))
      // Other scans of the same member may be settled with it.
      void refresh()
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'wrong_state') throw error
      toast(t('settledElsewhere'), 'info')
      await attendance.reload()
    }
  }

  /** After a correction: what stands now, for the cards that were settled as for the attempts. */
  async function refresh(): Promise<void> {
    await attendance.reload()
    const items = attendance.data.value?.items ?? []
    for (const conflict of conflicts.value) {
      const item = items.find(({ member }) => member.id === conflict.member.id)
      if (item && settled.value.has(conflict.id)) remember(conflict.id, item)
    }
  }

  /** What stands for the member of a refused attempt; the attempt's own id serves where nothing is recorded yet. */
  function standingOf(attempt: Attempt): AttendanceItem | undefined {
    if (!attempt.member) return undefined
    const { id: memberId } = attempt.member
    const item = attendance.data.value?.items.find(({ member }) => member.id === memberId)
    const { unit } = attendance.data.value?.event ?? {}
    if (!item && !unit) return undefined
    return item
      ? { ...item, entry_id: item.entry_id ?? attempt.id }
      : { ...nothingYet, member: attempt.member, host: unit as AttendanceItem['host'], entry_id: attempt.id }
  }

  return { attendance, conflicts, openCount, settled, settle, refresh, attempts, kind, standingOf }
}

const nothingYet = {
  outcome: 'expected',
  late: false,
  weak: false,
  disputed: false,
  visitor: true,
} as const

/** The hour to the second; with its day where that is not the event's. */
export function moment(instant: string, eventStarts: string): string {
  const sameDay = new Date(instant).toDateString() === new Date(eventStarts).toDateString()
  return sameDay ? formatClock(instant) : formatDateTime(instant)
}

/** Through whose hands it came: the member's own phone, or which officer on which phone. */
export function byText({ by }: Recorded): string {
  if (by.kind === 'member_phone') return t('ownPhone')
  return [by.account ?? t('officer'), by.station].filter(Boolean).join(' · ')
}

export function methodText({ method }: Recorded): string {
  return term(`method.${method}`)
}

/** A code that proves less: paper on a wall, a card without its phone. */
export function weakText({ method, weak }: Recorded): string | undefined {
  if (!weak) return undefined
  return t(method === 'event_code' ? 'printedCode' : 'staticCode')
}

export function attemptReason({ verdict, reason }: Attempt): string {
  return verdict === 'duplicate' ? t('wasThere') : rejectText(reason)
}
