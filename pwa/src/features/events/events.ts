/** The list of events. */
import { computed, ref, watch } from 'vue'
import { useRoute } from 'vue-router'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { may } from '@/api/roles'
import type { Event, EventKind } from '@/api/types'
import { useWithin } from '@/api/within'
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

/** The kinds that an address names; the report leads here with them. */
export function kindsIn(text: unknown): EventKind[] {
  const named = typeof text === 'string' ? text.split(',') : []
  return EVENT_KINDS.filter((kind) => named.includes(kind))
}

export function useEvents() {
  const route = useRoute()
  const show = ref<EventShow>('all')
  const within = useWithin()
  const kinds = computed(() => kindsIn(route.query.kind))
  /** Past events of these kinds, units and days; then it is not asked whether they are still to come. */
  const narrowed = computed(() => kinds.value.length > 0 || within.count.value > 0)
  const events = useList<Event>((cursor) => {
    const state = route.query.state === 'closed' ? ('closed' as const) : undefined
    const asked = narrowed.value
      ? { ...within.query.value, kind: kinds.value.join(',') || undefined, state }
      : queryOf(show.value)
    return ok(officer.GET('/api/v1/events', { params: { query: { ...asked, limit: 30, cursor } } }))
  })
  watch([show, () => JSON.stringify(route.query)], events.reload)
  const holds = computed(() => may(account.value, 'holdEvents'))
  return { show, events, holds, within, kinds, narrowed }
}
