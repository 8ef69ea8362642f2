/** A branch answers: for itself, for its members one by one, and for all the others at once. */
import { computed, ref, watch } from 'vue'
import { useRoute } from 'vue-router'
import { officer, ok } from '@/api/client'
import type { CensusAnswer, CensusMember, CensusWithUnits, UnableReason } from '@/api/types'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { REASONS } from './censuses'
import { t } from './messages'

export type Show = 'all' | 'pending' | 'unable'
const NARROWED: Record<Show, { answered?: boolean; able?: boolean }> = {
  all: {},
  pending: { answered: false },
  unable: { able: false },
}

/** Who is asked about: a member by id, or the unit itself. */
export type Whom = { memberId: string; name: string } | { memberId: undefined; name: string }

export function useAnswering(id: string, unitId: string) {
  const { able, reason: asked } = useRoute().query
  const show = ref<Show>(able === 'false' ? 'unable' : 'all')
  const reason = ref<UnableReason | undefined>(REASONS.find((one) => one === asked))

  const census = useLoad(() => ok(officer.GET('/api/v1/censuses/{id}', { params: { path: { id } } })))
  const unit = computed(() => unitIn(census.data.value, unitId))
  const members = useList<CensusMember>((cursor) => {
    const query = {
      unit_id: unitId,
      reason: reason.value,
      ...NARROWED[show.value],
      limit: 100,
      cursor,
    }
    return ok(officer.GET('/api/v1/censuses/{id}/members', { params: { path: { id }, query } }))
  })
  watch(show, () => {
    reason.value = undefined
    return members.reload()
  })

  async function closing<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      if (error instanceof Problem && error.code === 'wrong_state') {
        toast(t('closedElsewhere'), 'info')
        await Promise.all([census.reload(), members.reload()])
      }
      throw error
    }
  }

  const answer = useAction(async (whom: Whom, body: CensusAnswer) => {
    if (whom.memberId === undefined) {
      const path = { id, unit_id: unitId }
      await closing(ok(officer.PUT('/api/v1/censuses/{id}/units/{unit_id}', { params: { path }, body })))
    } else {
      const path = { id, member_id: whom.memberId }
      const now = await closing(
        ok(officer.PUT('/api/v1/censuses/{id}/members/{member_id}', { params: { path }, body })),
      )
      // In its place in the list: nothing moves under the finger.
      members.items.value = members.items.value.map((one) => (one.member.id === now.member.id ? now : one))
    }
    await census.reload()
  })
  const rest = useAction(async () => {
    const path = { id, unit_id: unitId }
    await closing(ok(officer.POST('/api/v1/censuses/{id}/units/{unit_id}/rest_able', { params: { path } })))
    toast(t('restDone'))
    await Promise.all([census.reload(), members.reload()])
  })

  /** Of the unit and the groups in it: as many as `rest` would answer for. */
  const left = computed(() => leftOf(census.data.value, unitId))
  return { census, unit, members, show, answer, rest, left }
}

export const unitIn = (census: CensusWithUnits | undefined, unitId: string) =>
  census?.units.find((line) => line.unit.id === unitId)

/** The lines of the unit and of the groups that follow below it. */
export function leftOf(census: CensusWithUnits | undefined, unitId: string): number {
  const lines = census?.units ?? []
  const at = lines.findIndex((line) => line.unit.id === unitId)
  const own = lines[at]
  if (!own) return 0
  const end = lines.findIndex((line, index) => index > at && line.depth <= own.depth)
  const groups = lines
    .slice(at + 1, end < 0 ? undefined : end)
    .filter((line) => line.unit.kind === 'group' && line.depth === own.depth + 1)
  return [own, ...groups].reduce(
    (sum, { able, members }) =>
      sum + (able === null || able === undefined ? 1 : 0) + members.asked - members.answered,
    0,
  )
}
