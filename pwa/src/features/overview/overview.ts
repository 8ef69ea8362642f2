/** The figures of one unit and all below it. */
import { officer, ok } from '@/api/client'
import type { Overview } from '@/api/types'
import { term } from '@/shared/i18n/terms'
import { useLoad } from '@/shared/ui/load'
import { t } from './messages'

export interface Bar {
  key: string
  name: string
  count: number
}

export function useOverview(id: string) {
  return useLoad(() => ok(officer.GET('/api/v1/units/{id}/overview', { params: { path: { id } } })))
}

const MOST_HOSTS = 12

function named(group: 'registration' | 'reason', counts: { key: string; count: number }[]): Bar[] {
  return counts.map(({ key, count }) => {
    const name = `${group}.${key}`
    return { key, name: term.has(name) ? term(name) : key, count }
  })
}

const largest = (a: { count: number }, b: { count: number }) => b.count - a.count

export function barsOf(overview: Overview): Record<'status' | 'reason' | 'district' | 'host', Bar[]> {
  return {
    status: named('registration', overview.by_status).filter(({ count }) => count > 0),
    reason: named('reason', overview.by_reason).sort(largest),
    // The server puts what no address tells to the end, however much it is.
    district: overview.by_district
      .map(({ district, count }) => ({ key: district ?? '', name: district ?? t('noDistrict'), count }))
      .slice(0, MOST_HOSTS),
    host: overview.by_host
      .map(({ unit, count }) => ({ key: unit.id, name: unit.name, count }))
      .sort(largest)
      .slice(0, MOST_HOSTS),
  }
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
