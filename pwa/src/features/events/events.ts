/** The list of events. */
import { computed, ref, watch } from 'vue'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { may } from '@/api/roles'
import type { Event } from '@/api/types'
import { useList } from '@/shared/ui/list'

export const EVENT_KINDS = [
  'collective_study',
  'lecture',
  'theme_day',
  'member_assembly',
  'branch_committee_meeting',
  'group_meeting',
  'organisation_life_meeting',
  'democratic_appraisal',
  'mobilisation_report',
  'discussion',
  'practice',
  'election',
  'other',
] as const

export type EventShow = 'all' | 'coming' | 'past'

/** Today belongs to what is coming. */
export function queryOf(show: EventShow, now = new Date()) {
  const today = new Date(now.getFullYear(), now.getMonth(), now.getDate()).toISOString()
  return { from: show === 'coming' ? today : undefined, to: show === 'past' ? today : undefined }
}

export function useEvents() {
  const show = ref<EventShow>('all')
  const events = useList<Event>((cursor) => {
    const query = { ...queryOf(show.value), limit: 30, cursor }
    return ok(officer.GET('/api/v1/events', { params: { query } }))
  })
  watch(show, events.reload)
  const holds = computed(() => may(account.value, 'holdEvents'))
  return { show, events, holds }
}
