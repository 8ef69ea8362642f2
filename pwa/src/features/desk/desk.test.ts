import { expect, test } from 'vitest'
import type { Overview, Role, UnitKind } from '@/api/types'
import { waitingFor, type UnitPlace } from './desk'

const place = (role: Role, kind: UnitKind): UnitPlace => ({
  id: 'a',
  role,
  unit_id: 'u',
  unit: { id: 'u', kind, name: 'unit' },
})
const overview = {
  waiting: { confirmations: 2, acceptances: 1, reviews: 0 },
  counts: { please_call: 3 },
} as Overview

test('a branch sees what it can settle, not what waits for the department', () => {
  const piles = waitingFor(place('branch_secretary', 'branch'), overview)
  expect(piles.map(({ key }) => key)).toEqual(['acceptances', 'please_call'])
  expect(piles[0]?.to.query).toEqual({ show: 'pending_host', host: 'u' })
})

test('a department starts with its confirmations, and its members are those whose home it is', () => {
  const piles = waitingFor(place('department_officer', 'department'), overview)
  expect(piles.map(({ key }) => key)).toEqual(['confirmations', 'please_call'])
  expect(piles[1]?.to).toEqual({ path: '/please-call', query: { home: 'u' } })
})

test('who only reads is given no work', () => {
  expect(waitingFor(place('supervisor', 'committee'), overview)).toEqual([])
  expect(waitingFor(place('liaison_officer', 'liaison_office'), overview)).toEqual([])
})
