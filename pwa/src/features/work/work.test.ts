import { expect, test } from 'vitest'
import type { Account, Role } from '@/api/types'
import { GROUPS, groupsFor } from './work'

const holder = (role: Role) => ({ assignments: [{ role, unit_id: 'u' }] }) as unknown as Account
const keys = (role: Role) => groupsFor(holder(role)).flatMap(({ tiles }) => tiles.map(({ key }) => key))

test('everybody finds what they may open, and nothing else', () => {
  const all = GROUPS.flatMap(({ tiles }) => tiles.map(({ key }) => key))
  expect(keys('branch_secretary')).toEqual(all)
  expect(keys('supervisor')).toEqual(all)
  expect(keys('liaison_officer')).toEqual(['summary'])
  expect(keys('administrator')).toEqual([])
})
