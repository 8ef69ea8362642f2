/** Commendations: the list, one of them, and its steps. No points, no order, no count for a person. */
import { computed, ref, shallowRef, watch } from 'vue'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { unitChoice, type UnitChoice } from '@/api/directory'
import { may, unitsFor } from '@/api/roles'
import type { Commendation, CommendationTitle } from '@/api/types'
import { useWithin } from '@/api/within'
import { Problem } from '@/shared/problem'
import { useQueryPart } from '@/shared/query'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export const TITLES: CommendationTitle[] = ['good_member', 'good_worker', 'advanced_branch', 'other']
export const STATES = ['nominated', 'confirmed', 'published', 'declined', 'refused', 'withdrawn'] as const

export const nameOf = ({ member, nominee_unit }: Commendation): string =>
  member?.name ?? nominee_unit?.name ?? ''

export function useCommendations() {
  const within = useWithin()
  const state = useQueryPart('state')
  // The report leads here by it.
  const reached = useQueryPart('reached')
  const list = useList<Commendation>((cursor) => {
    const query = {
      ...within.query.value,
      state: state.value || undefined,
      reached: (reached.value || undefined) as 'nominated' | 'confirmed' | 'published' | undefined,
      limit: 30,
      cursor,
    }
    return ok(officer.GET('/api/v1/commendations', { params: { query } }))
  })
  watch([within.query, state, reached], list.reload)
  const writes = computed(() => may(account.value, 'doWork'))
  return { within, state, list, writes }
}

export function useCommendation(id: string) {
  const params = { path: { id } }
  const commendation = useLoad(() => ok(officer.GET('/api/v1/commendations/{id}', { params })))

  /** A step that somebody else, or the member, was quicker to take shows how it stands. */
  async function step(answer: Promise<Commendation>, said: string): Promise<void> {
    try {
      commendation.data.value = await answer
      toast(said)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'wrong_state') throw error
      toast(t('elsewhere'), 'info')
      await commendation.reload()
    }
  }
  const confirm = useAction((citation: string) =>
    step(
      ok(officer.POST('/api/v1/commendations/{id}/confirm', { params, body: { citation } })),
      t('confirmed'),
    ),
  )
  const refuse = useAction((reason: string) =>
    step(ok(officer.POST('/api/v1/commendations/{id}/refuse', { params, body: { reason } })), t('refused')),
  )
  const withdraw = useAction((reason: string) =>
    step(
      ok(officer.POST('/api/v1/commendations/{id}/withdraw', { params, body: { reason } })),
      t('withdrawn'),
    ),
  )
  const publishing = ref(false)
  /** Usually all whom the officer leads. */
  const audience = shallowRef<UnitChoice[]>(unitsFor(account.value, 'leadWork').map(unitChoice))
  const publish = useAction(async () => {
    const units = audience.value.map((unit) => unit.id)
    const body = units.length > 0 ? { audience: units } : {}
    await step(ok(officer.POST('/api/v1/commendations/{id}/publish', { params, body })), t('published'))
    publishing.value = false
  })
  return { commendation, confirm, refuse, withdraw, publishing, audience, publish }
}
