import { expect, test } from 'vitest'
import type { CensusUnit, CensusWithUnits } from '@/api/types'
import { leftOf } from './answering'
import { faultsOf, standingText } from './censuses'

const line = (
  id: string,
  depth: number,
  kind: string,
  able: boolean | null,
  asked: number,
  answered: number,
) =>
  ({
    unit: { id, kind, name: id },
    depth,
    able,
    members: { asked, answered, able: answered, unable: 0, by_reason: [] },
  }) as unknown as CensusUnit

test('the rest of a branch is its own and that of its groups, not of the branches below a committee', () => {
  const census = {
    units: [
      line('committee', 0, 'committee', null, 0, 0),
      line('a', 1, 'branch', true, 5, 3),
      line('a1', 2, 'group', null, 2, 0),
      line('b', 1, 'branch', null, 9, 0),
    ],
  } as unknown as CensusWithUnits
  expect(leftOf(census, 'a')).toBe(2 + 1 + 2)
  expect(leftOf(census, 'committee')).toBe(1)
  expect(leftOf(census, 'b')).toBe(10)
  expect(leftOf(census, 'nowhere')).toBe(0)
})

test('a census is due on its day or later, and every empty field is named', () => {
  const whole = { unit: undefined, title: '摸排', asOf: '2026-11-23', dueOn: '2026-11-22' }
  expect(faultsOf(whole)['/due_on']).toBeDefined()
  expect(faultsOf({ ...whole, dueOn: '2026-11-23' })['/due_on']).toBeUndefined()
  const faults = faultsOf({ unit: undefined, title: ' ', asOf: '', dueOn: '' })
  expect(Object.keys(faults).filter((key) => faults[key])).toHaveLength(4)
})

test('an answer is said in the field’s own words', () => {
  expect(standingText(null)).toBe('不在范围内')
  expect(standingText({ able: null, reason: null })).toBe('未填报')
  expect(standingText({ able: true, reason: null })).toBe('能参加')
  expect(standingText({ able: false, reason: 'serious_illness' })).toBe('不能参加 · 重病')
})
