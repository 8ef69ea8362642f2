/** What there is to do: found by the server among the records as they are, the soonest first. */
import { computed, ref, shallowRef, watch } from 'vue'
import { officer, ok } from '@/api/client'
import { officePlaceOf } from '@/api/subjects'
import type { Task, TaskKind, TaskPage } from '@/api/types'
import { formatDayOf } from '@/shared/format'
import type { IconName } from '@/shared/ui/icons'
import { useList } from '@/shared/ui/list'
import { t } from './messages'

export function useTasks() {
  const kind = ref<TaskKind | ''>('')
  const counts = shallowRef<TaskPage['counts']>([])
  const tasks = useList<Task>(async (cursor) => {
    const query = { kind: kind.value || undefined, limit: 30, cursor }
    const page = await ok(officer.GET('/api/v1/me/tasks', { params: { query } }))
    counts.value = page.counts
    return page
  })
  watch(kind, tasks.reload)
  const total = computed(() => counts.value.reduce((sum, { count }) => sum + count, 0))
  return { kind, counts, total, tasks }
}

export const ICONS: Record<TaskKind, IconName> = {
  confirm_registration: 'shield',
  accept_member: 'person',
  answer_request: 'send',
  answer_dispute: 'list',
  settle_conflict: 'scan',
  review_card: 'card',
  please_call: 'phone',
  review_document: 'edit',
  answer_census: 'list',
  approve_election: 'shield',
  hold_election: 'tick',
  answer_finding: 'eye',
  answer_submission: 'send',
  leave_today: 'leave',
  talk_follow_up: 'people',
  sort_opinion: 'leave',
  rectify_opinion: 'leave',
}

/** One tap from the line to where it is done. */
export function placeOf(task: Task): string {
  if (task.subject) return officePlaceOf(task.subject)
  switch (task.kind) {
    case 'hold_election':
      return `/elections/due?unit_id=${task.unit.id}`
    case 'answer_request':
      return `/member-requests?registration=${task.registration_id}`
    case 'review_card':
      return `/cards/${task.card_number}`
    case 'settle_conflict':
      return `/events/${task.event?.id}/review`
    case 'answer_dispute':
    case 'leave_today':
      return `/events/${task.event?.id}`
    default:
      return `/registrations/${task.registration_id}`
  }
}

export function titleOf({ kind, request, member, subject }: Task): string {
  const parts = [member?.name, t(kind), request && t(`request.${request.kind}`), subject?.title]
  return parts.filter(Boolean).join(' · ')
}

export function noteOf({ due_on, information, event, unit }: Task): string {
  const due = information ? t('today') : t('due', { date: formatDayOf(`${due_on}T12:00:00+08:00`) })
  return [due, event?.title, unit.name].filter(Boolean).join(' · ')
}
