/** The counts of an overview as bars, for the desk and for the screen of figures. */
import { messages } from '@/shared/i18n'
import { term } from '@/shared/i18n/terms'
import type { Bar } from '@/shared/ui/bar'
import type { Overview } from './types'

const t = messages({ zh: { noDistrict: '未注明地区' }, en: { noDistrict: 'No district given' } })

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
