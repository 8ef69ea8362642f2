/**
 * What an officer's screens offer, by role. Only a courtesy: the server decides (server/src/access/operations.rs), and
 * for one record its `actions` say more exactly what this caller may do.
 */
import type { Account, Role, UnitRef } from './types'

const READERS: Role[] = [
  'department_officer',
  'committee_officer',
  'branch_secretary',
  'liaison_officer',
  'supervisor',
]
const WORKERS: Role[] = ['department_officer', 'committee_officer', 'branch_secretary']
const HOSTS: Role[] = ['committee_officer', 'branch_secretary']

const ABILITIES = {
  administer: ['administrator'],
  readMembers: READERS,
  overview: READERS,
  lookUp: READERS,
  register: WORKERS,
  confirm: ['department_officer'],
  accept: HOSTS,
  haveTasks: WORKERS,
  holdEvents: HOSTS,
  readEvents: [...HOSTS, 'supervisor'],
  doWork: WORKERS,
  leadWork: ['department_officer', 'committee_officer'],
  readFigures: READERS,
  readWork: [...WORKERS, 'supervisor'],
} satisfies Record<string, Role[]>

export type Ability = keyof typeof ABILITIES

type Duties = Pick<Account, 'assignments'> | undefined

/** The duties that give the ability; one without a unit is for the whole registry. */
function dutiesFor(account: Duties, ability: Ability) {
  const roles: readonly Role[] = ABILITIES[ability]
  return (account?.assignments ?? []).filter(({ role }) => roles.includes(role))
}

export function may(account: Duties, ability: Ability): boolean {
  return dutiesFor(account, ability).length > 0
}

/** The units, each once, on which a role of this account gives the ability. */
export function unitsFor(account: Duties, ability: Ability): UnitRef[] {
  const units = dutiesFor(account, ability).flatMap(({ unit }) => unit ?? [])
  return [...new Map(units.map((unit) => [unit.id, unit])).values()]
}

/** Whether a duty gives the ability for the whole registry, not for a part of the tree. */
export function everywhere(account: Duties, ability: Ability): boolean {
  return dutiesFor(account, ability).some(({ unit_id }) => !unit_id)
}

export function hasRole(account: Account | undefined, role: Role): boolean {
  return account?.assignments.some((assignment) => assignment.role === role) ?? false
}
