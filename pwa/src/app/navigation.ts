/** What the bar shows: by the side that the screen in view belongs to, and for officers by role. */
import { unread } from '@/api/unread'
import type { IconName } from '@/shared/ui/icons'
import { officerNavigation } from './navigation-officer'
import { t } from './messages'

export interface NavigationItem {
  to: string
  icon: IconName
  text: string
  /** How much is new there. */
  news?: number
}

/** `public`: a stranger's screens, which lead nowhere. */
export type Side = 'member' | 'officer' | 'public'

/** Read inside a computed, so that a change of language or role redraws it. */
export function navigation(side: Side): NavigationItem[] {
  if (side === 'member') return memberNavigation()
  return side === 'officer' ? officerNavigation() : []
}

function memberNavigation(): NavigationItem[] {
  return [
    { to: '/card', icon: 'card', text: t('card') },
    { to: '/scan', icon: 'scan', text: t('scan') },
    { to: '/my-events', icon: 'calendar', text: t('events') },
    { to: '/my-inbox', icon: 'bell', text: t('inbox'), news: unread('member') },
    { to: '/me', icon: 'person', text: t('mine') },
  ]
}
