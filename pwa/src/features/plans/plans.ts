/** Plans of study: the list, and one plan with how far its units and members are. */
import { computed, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { hasRole, may } from '@/api/roles'
import type { MemberProgress, Plan, PlanProgress } from '@/api/types'
import { useWithin } from '@/api/within'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export const SHOWS = ['running', 'draft', 'closed', 'all'] as const
export type Show = (typeof SHOWS)[number]

export function usePlans() {
  const route = useRoute()
  const router = useRouter()
  const within = useWithin()
  const state = computed({
    // The report leads here with the plans that it counts.
    get: () => (typeof route.query.state === 'string' ? route.query.state : 'all') as Show,
    set: (value: Show) => void router.replace({ query: { ...route.query, state: value } }),
  })
  const list = useList<Plan>((cursor) => {
    const query = {
      ...within.query.value,
      state: state.value === 'all' ? undefined : state.value,
      limit: 20,
      cursor,
    }
    return ok(officer.GET('/api/v1/plans', { params: { query } }))
  })
  watch(() => route.query, list.reload)
  const mayOpen = computed(() => may(account.value, 'doWork'))
  return { within, state, list, mayOpen }
}

export function usePlan(id: string) {
  const route = useRoute()
  const unitId = computed(() => (typeof route.query.unit_id === 'string' ? route.query.unit_id : undefined))
  const path = { id }
  const plan = useLoad(() => ok(officer.GET('/api/v1/plans/{id}', { params: { path } })))
  const progress = useLoad<PlanProgress | undefined>(async () => {
    const query = { unit_id: unitId.value }
    // Of a draft nothing is counted yet.
    const now = await ok(officer.GET('/api/v1/plans/{id}', { params: { path } }))
    if (now.state === 'draft') return undefined
    return ok(officer.GET('/api/v1/plans/{id}/progress', { params: { path, query } }))
  })
  watch(unitId, progress.reload)

  async function step(taken: Promise<unknown>, done: string): Promise<void> {
    try {
      await taken
      toast(done)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'wrong_state') throw error
      toast(t('elsewhere'), 'info')
    }
    await Promise.all([plan.reload(), progress.reload()])
  }
  const start = useAction(() =>
    step(ok(officer.POST('/api/v1/plans/{id}/start', { params: { path } })), t('started')),
  )
  const close = useAction(() =>
    step(ok(officer.POST('/api/v1/plans/{id}/close', { params: { path } })), t('closed')),
  )
  return { unitId, plan, progress, start, close }
}

/** The members by name, for their branch: whoever leads units above reads counts alone. */
export const mayReadNames = () => hasRole(account.value, 'branch_secretary')

export function usePlanMembers(id: string, unitId: () => string | undefined) {
  /** The unit in view has members of another branch. */
  const elsewhere = shallowRef(false)
  const list = useList<MemberProgress>(async (cursor) => {
    const params = { path: { id }, query: { unit_id: unitId(), limit: 50, cursor } }
    try {
      return await ok(officer.GET('/api/v1/plans/{id}/members', { params }))
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 404) throw error
      elsewhere.value = true
      return { items: [], next_cursor: null }
    }
  })
  return { elsewhere, list }
}
