/** Pairs, cases and aid: their lists, and one of each with its step. */
import { ref, watch, type Ref } from 'vue'
import { useRoute } from 'vue-router'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { may } from '@/api/roles'
import type { Aid, HelpCase, Pairing } from '@/api/types'
import { useWithin } from '@/api/within'
import { formatDate } from '@/shared/format'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { takeStep } from '@/shared/ui/steps'
import { t } from './messages'

export const SUBJECTS = [
  'health',
  'housing',
  'schooling',
  'employment',
  'legal',
  'livelihood',
  'other',
] as const
export const AID_KINDS = ['money', 'in_kind'] as const

/** What of a list is shown to begin with: what the address names, or the first. */
function useShow<S extends string>(shows: readonly S[], asked: unknown) {
  return ref(shows.find((one) => one === asked) ?? shows[0]) as Ref<S>
}

export const PAIR_SHOWS = ['all', 'open', 'ended', 'void'] as const
export function usePairs() {
  const within = useWithin()
  const show = useShow(PAIR_SHOWS, useRoute().query.state)
  const list = useList<Pairing>((cursor) => {
    const state = show.value === 'all' ? undefined : show.value
    const query = { ...within.query.value, state, limit: 50, cursor }
    return ok(officer.GET('/api/v1/pairings', { params: { query } }))
  })
  watch([show, within.query], list.reload)
  return { within, show, list, records: may(account.value, 'doWork') }
}

export const CASE_SHOWS = ['all', 'open', 'solved', 'void'] as const
export function useCases() {
  const within = useWithin()
  const show = useShow(CASE_SHOWS, useRoute().query.state)
  const list = useList<HelpCase>((cursor) => {
    const state = show.value === 'all' ? undefined : show.value
    const query = { ...within.query.value, state, limit: 50, cursor }
    return ok(officer.GET('/api/v1/cases', { params: { query } }))
  })
  watch([show, within.query], list.reload)
  return { within, show, list, records: may(account.value, 'doWork') }
}

export const AID_SHOWS = ['all', 'money', 'in_kind', 'void'] as const
export function useAidList() {
  const within = useWithin()
  const show = useShow(AID_SHOWS, useRoute().query.kind)
  const list = useList<Aid>((cursor) => {
    const kind = AID_KINDS.find((one) => one === show.value)
    const state = show.value === 'void' ? ('void' as const) : undefined
    const query = { ...within.query.value, kind, state, limit: 50, cursor }
    return ok(officer.GET('/api/v1/aid', { params: { query } }))
  })
  watch([show, within.query], list.reload)
  return { within, show, list, records: may(account.value, 'doWork') }
}

/** A case that is not solved wants something; a void one wants nothing any more. */
export const caseTone = (state: HelpCase['state']) =>
  ({ open: 'warn', solved: 'good', void: 'neutral' })[state] as 'warn' | 'good' | 'neutral'

export const helperText = ({ helper, helper_unit }: Pairing): string =>
  helper?.name ?? helper_unit?.name ?? ''
export const helpedText = ({ helped, helped_name }: Pairing): string =>
  helped?.name ?? helped_name ?? t('household')
export const pairText = (pair: Pairing): string =>
  t('helps', { helper: helperText(pair), helped: helpedText(pair) })
export const spanText = ({ since, until }: Pick<Pairing, 'since' | 'until'>): string =>
  until
    ? t('fromTo', { from: formatDate(since), to: formatDate(until) })
    : t('since', { date: formatDate(since) })

export function usePair(id: string) {
  const params = { path: { id } }
  const pair = useLoad(() => ok(officer.GET('/api/v1/pairings/{id}', { params })))
  const end = useAction((until: string) =>
    takeStep(
      pair,
      ok(officer.POST('/api/v1/pairings/{id}/end', { params, body: { until: until || undefined } })),
    ),
  )
  const makeVoid = useAction((reason: string) =>
    takeStep(pair, ok(officer.POST('/api/v1/pairings/{id}/void', { params, body: { reason } }))),
  )
  return { pair, end, makeVoid }
}

export function useCase(id: string) {
  const params = { path: { id } }
  const helpCase = useLoad(() => ok(officer.GET('/api/v1/cases/{id}', { params })))
  const solve = useAction((how: string) =>
    takeStep(helpCase, ok(officer.POST('/api/v1/cases/{id}/solve', { params, body: { how } }))),
  )
  const makeVoid = useAction((reason: string) =>
    takeStep(helpCase, ok(officer.POST('/api/v1/cases/{id}/void', { params, body: { reason } }))),
  )
  return { helpCase, solve, makeVoid }
}

export function useAid(id: string) {
  const params = { path: { id } }
  const aid = useLoad(() => ok(officer.GET('/api/v1/aid/{id}', { params })))
  const makeVoid = useAction((reason: string) =>
    takeStep(aid, ok(officer.POST('/api/v1/aid/{id}/void', { params, body: { reason } }))),
  )
  return { aid, makeVoid }
}

/** What was given within a pair, or for a case. */
export const useAidOf = (of: { pair_id: string } | { case_id: string }) =>
  useList<Aid>((cursor) =>
    ok(officer.GET('/api/v1/aid', { params: { query: { ...of, limit: 20, cursor } } })),
  )

/** The cases of a pair. */
export const useCasesOf = (pairId: string) =>
  useList<HelpCase>((cursor) =>
    ok(officer.GET('/api/v1/cases', { params: { query: { pair_id: pairId, limit: 20, cursor } } })),
  )
