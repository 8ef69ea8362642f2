/** The running plans that ask something of me, and how far I am; what was read last is kept for the day without network. */
import { ref } from 'vue'
import { member, ok } from '@/api/client'
import { lastAnswer } from '@/api/last-answers'
import type { MyPlan, TargetDone } from '@/api/types'
import { useLoad } from '@/shared/ui/load'

export function useMyPlans() {
  const kept = ref(false)
  const plans = useLoad(async () => {
    const { answer, kept: before } = await lastAnswer('plans', () => ok(member.GET('/api/v1/me/plans')))
    kept.value = before
    return answer.items
  })
  return { plans, kept }
}

export const shareOf = ({ done, least }: Pick<TargetDone, 'done' | 'least'>): number =>
  Math.min(1, least > 0 ? done / least : 1)

/** Each target that is asked of me, with what it asks. */
export const targetsOf = ({ plan, targets }: MyPlan) =>
  targets.flatMap((done) => {
    const target = plan.targets[done.target - 1]
    return target ? [{ done, target }] : []
  })
