/** The figures of one unit and all below it. */
import { officer, ok } from '@/api/client'
import type { Overview } from '@/api/types'
import { term } from '@/shared/i18n/terms'
import { useLoad } from '@/shared/ui/load'

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

export function barsOf(overview: Overview): { status: Bar[]; reason: Bar[]; host: Bar[] } {
  const largest = (a: { count: number }, b: { count: number }) => b.count - a.count
  return {
    status: named('registration', overview.by_status).filter(({ count }) => count > 0),
    reason: named('reason', overview.by_reason).sort(largest),
    host: overview.by_host
      .map(({ unit, count }) => ({ key: unit.id, name: unit.name, count }))
      .sort(largest)
      .slice(0, MOST_HOSTS),
  }
}
