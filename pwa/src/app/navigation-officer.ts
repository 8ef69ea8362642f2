/** The bar of an officer, by the roles of the account that is signed in. */
import { account } from '@/api/account'
import { may, type Ability } from '@/api/roles'
import { unread } from '@/api/unread'
import { t } from './messages'
import type { NavigationItem } from './navigation'

/** Most used first. The bar of a phone holds six; what does not fit is reached from the desk. */
const MOST = 6

export function officerNavigation(): NavigationItem[] {
  const can = (ability: Ability) => may(account.value, ability)
  const items: NavigationItem[] = [{ to: '/desk', icon: 'home', text: t('desk'), news: unread('officer') }]
  if (can('confirm')) items.push({ to: '/confirmations', icon: 'tick', text: t('confirmations') })
  if (can('readMembers')) items.push({ to: '/registrations', icon: 'people', text: t('members') })
  if (can('readEvents')) items.push({ to: '/events', icon: 'calendar', text: t('events') })
  if (can('readWork') || can('readFigures')) items.push({ to: '/work', icon: 'flag', text: t('work') })
  if (can('lookUp')) items.push({ to: '/look-up', icon: 'search', text: t('lookUp') })
  if (can('administer')) {
    items.push({ to: '/units', icon: 'building', text: t('units') })
    items.push({ to: '/accounts', icon: 'key', text: t('accounts') })
  }
  return [...items.slice(0, MOST - 1), { to: '/account', icon: 'person', text: t('mine') }]
}
