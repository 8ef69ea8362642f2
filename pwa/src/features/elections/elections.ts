/** Elections: what is due, the records, and one election with its steps. */
import { computed, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { may } from '@/api/roles'
import type { DueElection, Election, ElectionLine, ElectionState, UnitKind } from '@/api/types'
import { useWithin } from '@/api/within'
import { Problem } from '@/shared/problem'
import { useQueryPart } from '@/shared/query'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import type { Tone } from '@/shared/ui/tone'
import { t } from './messages'

/** The way that an election goes. */
export const WAY: ElectionState[] = [
  'opened',
  'approval_asked',
  'approved_to_hold',
  'candidates',
  'meeting',
  'result',
  'approved',
]

export const toneOf = (state: ElectionState): Tone =>
  state === 'approved' ? 'good' : state === 'withdrawn' ? 'neutral' : 'info'

const DAY_MS = 86_400_000
/** As the server reminds. */
const REMIND_DAYS = 90

export function isSoon(dueOn: string, now = Date.now()): boolean {
  const days = (Date.parse(`${dueOn}T00:00:00+08:00`) - now) / DAY_MS
  // The whole of its last day belongs to the term.
  return days > -1 && days <= REMIND_DAYS
}

/** The kinds of units that hold elections; the report leads to each. */
const KINDS: UnitKind[] = ['committee', 'general_branch', 'branch']

export function useDue() {
  const within = useWithin()
  const route = useRoute()
  const router = useRouter()
  const kind = computed(() => KINDS.find((known) => known === route.query.kind))
  /** A report leads to its own unit's term alone, and to the terms of a day that has passed. */
  const here = useQueryPart('here')
  const asOf = useQueryPart('as_of')
  const list = useList<DueElection>((cursor) => {
    const query = {
      ...within.query.value,
      kind: kind.value,
      here: here.value === 'true',
      as_of: asOf.value || undefined,
      limit: 50,
      cursor,
    }
    return ok(officer.GET('/api/v1/elections/due', { params: { query } }))
  })
  watch([within.query, kind, here, asOf], list.reload)
  const open = useAction(async (unitId: string) => {
    try {
      const params = { header: { 'Idempotency-Key': crypto.randomUUID() } }
      const body = { unit_id: unitId }
      const election = await ok(officer.POST('/api/v1/elections', { params, body }))
      await router.push(`/elections/${election.id}`)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'wrong_state') throw error
      toast(t('alreadyOpen'), 'info')
      await list.reload()
    }
  })
  const works = computed(() => may(account.value, 'doWork') && !asOf.value)
  return { within, asOf, list, open, works }
}

export type Show = 'going' | 'done' | 'all'
const SHOWN: Record<Show, string | undefined> = {
  going: WAY.slice(0, -1).join(','),
  done: 'approved',
  all: undefined,
}

export function useElections() {
  const within = useWithin()
  const show = ref<Show>(useRoute().query.state === 'approved' ? 'done' : 'all')
  const list = useList<ElectionLine>((cursor) => {
    const query = { ...within.query.value, state: SHOWN[show.value], limit: 30, cursor }
    return ok(officer.GET('/api/v1/elections', { params: { query } }))
  })
  watch([show, within.query], list.reload)
  return { within, show, list }
}

export function useElection(id: string) {
  const params = { path: { id } }
  const election = useLoad(() => ok(officer.GET('/api/v1/elections/{id}', { params })))

  /** Takes a step; what somebody else has done meanwhile is shown in its place. */
  async function taking(step: Promise<Election>): Promise<void> {
    try {
      election.data.value = await step
      toast(t('saved'))
    } catch (error) {
      if (error instanceof Problem && error.code === 'wrong_state') await election.reload()
      throw error
    }
  }

  const ask = useAction(() => taking(ok(officer.POST('/api/v1/elections/{id}/ask_approval', { params }))))
  const allow = useAction((authority: string) => {
    const body = { authority: authority || undefined }
    return taking(ok(officer.POST('/api/v1/elections/{id}/approve_holding', { params, body })))
  })
  const sendBack = useAction((reason: string) =>
    taking(ok(officer.POST('/api/v1/elections/{id}/send_back', { params, body: { reason } }))),
  )
  const withdraw = useAction((reason: string) =>
    taking(ok(officer.POST('/api/v1/elections/{id}/withdraw', { params, body: { reason } }))),
  )
  return { election, taking, ask, allow, sendBack, withdraw }
}

export type Taking = ReturnType<typeof useElection>['taking']
