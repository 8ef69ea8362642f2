/** The list of members: what is looked for stands in the address, so that "back" and a bookmark find it again. */
import { computed, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { unitChoice, type UnitChoice } from '@/api/directory'
import { may, unitsFor } from '@/api/roles'
import type { Registration } from '@/api/types'
import { useWithin } from '@/api/within'
import { chinaDay } from '@/shared/export/export'
import { useList } from '@/shared/ui/list'

const STATUSES = {
  active: 'active',
  pending: 'pending_home,pending_host',
  pending_home: 'pending_home',
  pending_host: 'pending_host',
  please_call: 'active',
  review_due: 'pending_home,pending_host,active,out_of_contact',
  out_of_contact: 'out_of_contact',
  ended: 'returned,transferred,withdrawn,declined',
  all: undefined,
} as const
export type Show = keyof typeof STATUSES
export const SHOWS = Object.keys(STATUSES) as Show[]
/** Shown only when one came to it by a link of the desk. */
const BY_LINK: Show[] = ['pending_home', 'pending_host']

/** What the report counts; a list that it leads to is narrowed to that. */
export const STEPS = ['open', 'filed', 'card_issued'] as const
export type Step = (typeof STEPS)[number]

export interface Filter {
  q: string
  show: Show
  home?: string
  host?: string
  unit_id?: string
  from?: string
  to?: string
  reached?: Step
}

const SILENT_MONTHS = 3
/** So long before its day a review is called due, as on the desk. */
const REVIEW_DAYS = 30
const DAY_MS = 86_400_000

export function queryOf(filter: Filter, now = new Date()) {
  const silent = new Date(now)
  silent.setMonth(silent.getMonth() - SILENT_MONTHS)
  return {
    q: filter.q.trim() || undefined,
    // Who is searched for by name should be found in whatever state.
    status: filter.q.trim() && filter.show === 'active' ? undefined : STATUSES[filter.show],
    home: filter.home,
    host: filter.host,
    unit_id: filter.unit_id,
    from: filter.from,
    to: filter.to,
    reached: filter.reached,
    silent_since: filter.show === 'please_call' ? silent.toISOString().slice(0, 10) : undefined,
    review_by:
      filter.show === 'review_due' ? chinaDay(new Date(now.getTime() + REVIEW_DAYS * DAY_MS)) : undefined,
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')

export function useMembers() {
  const route = useRoute()
  const router = useRouter()
  const typed = ref(text(route.query.q))
  const within = useWithin()
  const reached = computed(() => STEPS.find((step) => step === route.query.reached))
  const filter = computed<Filter>(() => ({
    q: text(route.query.q),
    // Whoever was counted in a past period is shown in whatever state.
    show: SHOWS.find((show) => show === route.query.show) ?? (reached.value ? 'all' : 'active'),
    ...within.query.value,
    reached: reached.value,
    home: text(route.query.home) || undefined,
    host: text(route.query.host) || undefined,
  }))
  const shows = computed(() => SHOWS.filter((show) => !BY_LINK.includes(show) || show === filter.value.show))

  const members = useList<Registration>((cursor) => {
    const query = { ...queryOf(filter.value), limit: 50, cursor }
    return ok(officer.GET('/api/v1/registrations', { params: { query } }))
  })
  watch(
    () => JSON.stringify(filter.value),
    () => route.name === 'registrations' && void members.reload(),
  )

  function set(changes: Partial<Record<keyof Filter, string | undefined>>): void {
    const query = { ...route.query, ...changes }
    void router.replace({ query: Object.fromEntries(Object.entries(query).filter(([, value]) => value)) })
  }

  // Typing only suggests; the list follows what is searched for, and an emptied field.
  watch(typed, (now) => !now.trim() && set({ q: undefined }))

  const home = useUnitFilter(
    () => filter.value.home,
    (id) => set({ home: id }),
  )
  const host = useUnitFilter(
    () => filter.value.host,
    (id) => set({ host: id }),
  )
  const registers = computed(() => may(account.value, 'register'))
  const exported = computed(() => unitsFor(account.value, 'readMembers'))
  return { typed, filter, within, shows, members, set, home, host, registers, exported }
}

/** The address holds a unit's id; the field shows its name. */
function useUnitFilter(id: () => string | undefined, set: (id: string | undefined) => void) {
  const choice = ref<UnitChoice>()
  watch(
    id,
    async (now) => {
      if (now === choice.value?.id) return
      choice.value = undefined
      if (!now) return
      const unit = await ok(officer.GET('/api/v1/units/{id}', { params: { path: { id: now } } })).catch(
        () => undefined,
      )
      if (unit && id() === now) choice.value = unitChoice(unit)
    },
    { immediate: true },
  )
  return computed<UnitChoice | undefined>({
    get: () => choice.value,
    set: (now) => {
      choice.value = now
      set(now?.id)
    },
  })
}
