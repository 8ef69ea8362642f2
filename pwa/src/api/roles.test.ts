import { expect, test } from 'vitest'
import { everywhere, hasRole, may, unitsFor } from './roles'
import type { Account, Role } from './types'

const unit = (id: string) => ({ id, kind: 'branch' as const, name: id })
const account = (...assignments: [Role, string][]): Account => ({
  id: 'a',
  username: 'someone',
  totp: false,
  disabled: false,
  assignments: assignments.map(([role, id]) => ({ id: role + id, role, unit_id: id, unit: unit(id) })),
})

test('an administrator sees no members, and nobody signed in sees nothing', () => {
  expect(may(account(['administrator', 'top']), 'administer')).toBe(true)
  expect(may(account(['administrator', 'top']), 'readMembers')).toBe(false)
  expect(may(undefined, 'administer')).toBe(false)
})

test('several roles add up, each on its own unit', () => {
  const both = account(['branch_secretary', 'b1'], ['department_officer', 'd1'], ['supervisor', 'b1'])
  expect(unitsFor(both, 'readMembers').map((one) => one.id)).toEqual(['b1', 'd1'])
  expect(unitsFor(both, 'confirm').map((one) => one.id)).toEqual(['d1'])
  expect(unitsFor(both, 'holdEvents').map((one) => one.id)).toEqual(['b1'])
  expect(hasRole(both, 'supervisor')).toBe(true)
  expect(hasRole(both, 'liaison_officer')).toBe(false)
})

test('the first administrator is there for the whole registry, without a unit', () => {
  const first = {
    assignments: [{ id: '1', role: 'administrator' as const, unit_id: null, unit: null }],
  } as never
  expect(may(first, 'administer')).toBe(true)
  expect(unitsFor(first, 'administer')).toEqual([])
  expect(everywhere(first, 'administer')).toBe(true)
  expect(everywhere(account(['administrator', 'top']), 'administer')).toBe(false)
})
