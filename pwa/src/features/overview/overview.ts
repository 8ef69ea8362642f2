/** The figures of one unit and all below it. */
import { officer, ok } from '@/api/client'
import type { Overview } from '@/api/types'
import { useLoad } from '@/shared/ui/load'
import { t } from './messages'

export function useOverview(id: string) {
  return useLoad(() => ok(officer.GET('/api/v1/units/{id}/overview', { params: { path: { id } } })))
}

export interface Series {
  name: string
  /** One for each month. */
  values: number[]
}

export function seriesOf({ activity, flow }: Overview): Record<'activity' | 'flow', Series[]> {
  return {
    activity: [
      { name: t('checkIns'), values: activity.map((month) => month.check_ins) },
      { name: t('people'), values: activity.map((month) => month.members) },
      { name: t('events'), values: activity.map((month) => month.events) },
    ],
    flow: [
      { name: t('arrivals'), values: flow.map((month) => month.arrivals) },
      { name: t('confirmations'), values: flow.map((month) => month.confirmations) },
    ],
  }
}
