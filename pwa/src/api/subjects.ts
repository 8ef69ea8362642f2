/** Where a record of the units' work is shown: to officers at its own address, to members on their page of its kind. */
import type { IconName } from '@/shared/ui/icons'
import type { Subject, SubjectKind } from './types'

interface Shown {
  icon: IconName
  /** The officers' list; one record stands below it. */
  office: string
  /** The member's page. */
  own: string
  /** Whether one record stands below that page, too. */
  ownEach?: boolean
}

const SHOWN: Record<SubjectKind, Shown> = {
  post: { icon: 'person', office: '/posts', own: '/my-data' },
  recruit: { icon: 'person', office: '/recruits', own: '/my-data' },
  census: { icon: 'list', office: '/censuses', own: '/my-data' },
  election: { icon: 'tick', office: '/elections', own: '/my-data' },
  document: { icon: 'edit', office: '/documents', own: '/my-documents', ownEach: true },
  plan: { icon: 'flag', office: '/plans', own: '/my-plan' },
  talk: { icon: 'people', office: '/talks', own: '/my-talks' },
  opinion: { icon: 'leave', office: '/opinions', own: '/my-opinions' },
  pairing: { icon: 'link', office: '/pairings', own: '/my-talks' },
  case: { icon: 'link', office: '/cases', own: '/my-talks' },
  visit: { icon: 'eye', office: '/visits', own: '/my-data' },
  submission: { icon: 'send', office: '/submissions', own: '/my-data' },
  bulletin: { icon: 'book', office: '/bulletins', own: '/my-bulletins', ownEach: true },
  commendation: { icon: 'shield', office: '/commendations', own: '/my-bulletins' },
}

export const subjectIcon = (kind: SubjectKind): IconName => SHOWN[kind].icon

export function officePlaceOf({ kind, id }: Pick<Subject, 'kind' | 'id'>): string {
  const { office } = SHOWN[kind]
  return kind === 'post' ? office : `${office}/${id}`
}

export function ownPlaceOf({ kind, id }: Pick<Subject, 'kind' | 'id'>): string {
  const { own, ownEach } = SHOWN[kind]
  return ownEach ? `${own}/${id}` : own
}
