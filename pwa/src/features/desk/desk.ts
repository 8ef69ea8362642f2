/** The home of an officer: one desk for each duty, made of what its role may do. */
import { computed, onBeforeUnmount, onMounted } from 'vue'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { keptEvents } from '@/api/offline-pack'
import { knownAccount } from '@/api/officer-session'
import { may } from '@/api/roles'
import type { Account, Assignment, Overview } from '@/api/types'
import { setting } from '@/shared/settings-store'
import { useLoad } from '@/shared/ui/load'
import type { IconName } from '@/shared/ui/icons'
import { t } from './messages'

export { account }

/** The duty whose desk is open is remembered on this device. */
const chosen = setting<string>('workplace', '')

export function useWorkplaces() {
  const places = computed(() => account.value?.assignments ?? [])
  const place = computed(() => places.value.find(({ id }) => id === chosen.value) ?? places.value[0])
  return { places, place, chosen, again: knownAccount }
}

/** What one duty alone may do, as if it were the whole account. */
export function dutyOf(place: Assignment): Pick<Account, 'assignments'> {
  return { assignments: [place] }
}

/** A duty for a part of the tree; only an administrator's may be for the whole registry. */
export type UnitPlace = Assignment & { unit_id: string }

export function isOnUnit(place: Assignment): place is UnitPlace {
  return !!place.unit_id
}

/** The figures of a desk, read again whenever one comes back to it. The series of the year are for the screen of figures. */
export function useOverview(place: UnitPlace) {
  const params = { path: { id: place.unit_id }, query: { series: false } }
  const overview = useLoad(() => ok(officer.GET('/api/v1/units/{id}/overview', { params })))
  const again = () => document.visibilityState === 'visible' && void overview.reload()
  onMounted(() => document.addEventListener('visibilitychange', again))
  onBeforeUnmount(() => document.removeEventListener('visibilitychange', again))
  return overview
}

/** How much there is to do, of all duties of the account; asked only where a duty brings tasks. */
export function useTaskCounts(duty: Pick<Account, 'assignments'>) {
  const asks = may(duty, 'haveTasks')
  const load = useLoad(async () => {
    if (!asks) return []
    return (await ok(officer.GET('/api/v1/me/tasks', { params: { query: { limit: 1 } } }))).counts
  })
  const counts = computed(() => load.data.value ?? [])
  const sum = (of: 'count' | 'overdue') => counts.value.reduce((total, kind) => total + kind[of], 0)
  const total = computed(() => sum('count'))
  const overdue = computed(() => sum('overdue'))
  const requests = computed(() => counts.value.find(({ kind }) => kind === 'answer_request')?.count ?? 0)
  return { asks, total, overdue, requests, load }
}

/** The events at which this phone can work although the desk cannot be read; how many are there it does not know. */
export function useKeptEvents() {
  return useLoad(async () => (await keptEvents()).map((event) => ({ ...event, counts: null })))
}

export interface Waiting {
  key: string
  title: string
  hint: string
  count: number
  icon: IconName
  to: { path: string; query: Record<string, string> }
}

/** The piles on the desk that are not empty. */
export function waitingFor(place: UnitPlace, { waiting, counts }: Overview): Waiting[] {
  const duty = dutyOf(place)
  const home = ['department', 'liaison_office'].includes(place.unit?.kind ?? '')
  const here = { [home ? 'home' : 'host']: place.unit_id }
  const piles: (Waiting & { mine: boolean })[] = [
    {
      key: 'confirmations',
      mine: may(duty, 'confirm'),
      title: t('confirmations'),
      hint: t('confirmationsHint'),
      count: waiting.confirmations,
      icon: 'shield',
      to: { path: '/confirmations', query: {} },
    },
    {
      key: 'acceptances',
      mine: may(duty, 'accept'),
      title: t('acceptances'),
      hint: t('acceptancesHint'),
      count: waiting.acceptances,
      icon: 'person',
      to: { path: '/registrations', query: { show: 'pending_host', ...here } },
    },
    {
      key: 'reviews',
      mine: may(duty, 'register'),
      title: t('reviews'),
      hint: t('reviewsHint'),
      count: waiting.reviews,
      icon: 'card',
      to: { path: '/registrations', query: { show: 'review_due', ...here } },
    },
    {
      key: 'please_call',
      mine: may(duty, 'register'),
      title: t('pleaseCall'),
      hint: t('pleaseCallHint'),
      count: counts.please_call,
      icon: 'phone',
      to: { path: '/please-call', query: here },
    },
  ]
  return piles.filter(({ mine, count }) => mine && count > 0)
}
