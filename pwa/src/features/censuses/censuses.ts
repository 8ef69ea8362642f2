/** Censuses: the list, opening one, how far one is, closing it. */
import { computed, nextTick, reactive, ref, shallowRef, watch } from 'vue'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { unitChoice, type UnitChoice } from '@/api/directory'
import { may, unitsFor } from '@/api/roles'
import type { Census, CensusCounts, CensusStanding, UnableReason } from '@/api/types'
import { useWithin } from '@/api/within'
import { fieldText } from '@/shared/field-text'
import { term } from '@/shared/i18n/terms-records'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export const REASONS: UnableReason[] = [
  'restructured',
  'bankrupt',
  'dissolved',
  'serious_illness',
  'abroad',
  'laid_off',
  'floating',
]

export type Show = 'all' | 'open' | 'closed'

export function useCensuses() {
  const within = useWithin()
  const show = ref<Show>('all')
  const list = useList<Census>((cursor) => {
    const state = show.value === 'all' ? undefined : show.value
    const query = { ...within.query.value, state, limit: 30, cursor }
    return ok(officer.GET('/api/v1/censuses', { params: { query } }))
  })
  watch([show, within.query], list.reload)
  return { within, show, list, leads: may(account.value, 'leadWork') }
}

/** What is missing or cannot be, by the server's pointers. */
export function faultsOf(draft: {
  unit: UnitChoice | undefined
  title: string
  asOf: string
  dueOn: string
}): Record<string, string | undefined> {
  const missing = (value: string) => (value.trim() ? undefined : t('missing'))
  return {
    '/unit_id': draft.unit ? undefined : t('unitUnknown'),
    '/title': missing(draft.title),
    '/as_of': missing(draft.asOf),
    '/due_on': missing(draft.dueOn) ?? (draft.dueOn < draft.asOf ? t('earlier') : undefined),
  }
}

export function useCensusForm(done: (census: Census) => void) {
  const own = unitsFor(account.value, 'leadWork')
  const unit = shallowRef<UnitChoice | undefined>(own.length === 1 && own[0] ? unitChoice(own[0]) : undefined)
  const draft = reactive({ title: '', asOf: '', dueOn: '' })
  const tried = ref(false)
  const key = crypto.randomUUID()

  const save = useAction(async () => {
    const params = { header: { 'Idempotency-Key': key } }
    const body = {
      unit_id: unit.value?.id ?? '',
      title: draft.title.trim(),
      as_of: draft.asOf,
      due_on: draft.dueOn,
    }
    const census = await ok(officer.POST('/api/v1/censuses', { params, body }))
    toast(t('created'))
    done(census)
  })
  const faults = computed(() => (tried.value ? faultsOf({ ...draft, unit: unit.value }) : {}))
  function fault(pointer: string): string | undefined {
    const error = save.error.value
    const none = pointer === '/unit_id' && error instanceof Problem && error.field(pointer)
    return faults.value[pointer] ?? (none ? t('noBranches') : fieldText(error, pointer))
  }

  async function submit(): Promise<void> {
    tried.value = true
    if (!Object.values(faults.value).some(Boolean) && (await save.run())) return
    await nextTick()
    document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }
  return { unit, draft, save, fault, submit }
}

/** The reasons as bars, longest list first in the order of the list. */
export const barsOf = (counts: CensusCounts) =>
  counts.by_reason.map(({ key, count }) => ({ key, name: term(`census_reason.${key}`), count }))

/** 能参加, 重病, or that there is no answer. */
export function standingText(standing: CensusStanding | null | undefined): string {
  if (!standing) return t('notAsked')
  if (standing.able === null || standing.able === undefined) return t('pending')
  if (standing.able) return t('able')
  return standing.reason ? `${t('unable')} · ${term(`census_reason.${standing.reason}`)}` : t('unable')
}

export function useCensus(id: string) {
  const path = { id }
  const census = useLoad(() => ok(officer.GET('/api/v1/censuses/{id}', { params: { path } })))
  const others = useLoad(async () => {
    const { items } = await ok(officer.GET('/api/v1/censuses', { params: { query: { limit: 20 } } }))
    return items.filter((other) => other.id !== id)
  })
  const close = useAction(async (leavePending: boolean) => {
    try {
      const body = { leave_pending: leavePending }
      await ok(officer.POST('/api/v1/censuses/{id}/close', { params: { path }, body }))
      toast(t('done'))
    } finally {
      await census.reload()
    }
  })
  /** How much is still without an answer. */
  const pending = computed(() => {
    const counts = census.data.value?.counts
    const left = (of: CensusCounts | undefined) => (of ? of.asked - of.answered : 0)
    return { units: left(counts?.units), members: left(counts?.members) }
  })
  return { census, others, close, pending }
}

export function useComparison(id: string, otherId: string) {
  const path = { id, other_id: otherId }
  return useLoad(() => ok(officer.GET('/api/v1/censuses/{id}/compare/{other_id}', { params: { path } })))
}
