/** What the work of a unit consists of, in the order of an office's own plan. */
import { may, type Ability } from '@/api/roles'
import type { Account } from '@/api/types'
import type { IconName } from '@/shared/ui/icons'

export interface Tile {
  key:
    | 'posts'
    | 'recruits'
    | 'censuses'
    | 'elections'
    | 'plans'
    | 'documents'
    | 'talks'
    | 'opinions'
    | 'pairings'
    | 'submissions'
    | 'bulletins'
    | 'commendations'
    | 'supervision'
    | 'summary'
  icon: IconName
  to: string
  /** Whose it is, where not everybody's who reads the records of the work. */
  ability?: Ability
}

export interface Group {
  key: 'study' | 'care' | 'organisation' | 'line'
  tiles: Tile[]
}

export const GROUPS: Group[] = [
  {
    key: 'study',
    tiles: [
      { key: 'plans', icon: 'flag', to: '/plans' },
      { key: 'documents', icon: 'edit', to: '/documents' },
      { key: 'bulletins', icon: 'book', to: '/bulletins' },
    ],
  },
  {
    key: 'care',
    tiles: [
      { key: 'talks', icon: 'people', to: '/talks' },
      { key: 'opinions', icon: 'leave', to: '/opinions' },
      { key: 'pairings', icon: 'link', to: '/pairings' },
    ],
  },
  {
    key: 'organisation',
    tiles: [
      { key: 'posts', icon: 'person', to: '/posts' },
      { key: 'recruits', icon: 'plus', to: '/recruits' },
      { key: 'censuses', icon: 'list', to: '/censuses' },
      { key: 'elections', icon: 'tick', to: '/elections/due' },
    ],
  },
  {
    key: 'line',
    tiles: [
      { key: 'submissions', icon: 'send', to: '/submissions' },
      { key: 'supervision', icon: 'eye', to: '/supervision-groups' },
      { key: 'commendations', icon: 'shield', to: '/commendations' },
      { key: 'summary', icon: 'list', to: '/summary', ability: 'readFigures' },
    ],
  },
]

/** What of it this account may open: a liaison officer reads the figures alone. */
export function groupsFor(account: Account | undefined): Group[] {
  const open = ({ ability = 'readWork' }: Tile) => may(account, ability)
  return GROUPS.map((group) => ({ ...group, tiles: group.tiles.filter(open) })).filter(
    ({ tiles }) => tiles.length > 0,
  )
}
