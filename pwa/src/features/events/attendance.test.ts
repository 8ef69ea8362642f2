import { expect, test } from 'vitest'
import type { AttendanceItem, Outcome } from '@/api/types'
import { merge, pick } from './attendance'

const item = (name: string, outcome: Outcome, recorded_at: string | null = null) =>
  ({ member: { id: name, name }, outcome, recorded_at }) as AttendanceItem
const items = [
  item('王伟', 'present', '2026-11-23T06:00:00Z'),
  item('李芳', 'expected'),
  item('张敏', 'present', '2026-11-23T06:05:00Z'),
  item('赵磊', 'on_leave'),
]
const names = (some: AttendanceItem[]) => some.map(({ member }) => member.name)

test('who is missing stands first, then the latest arrivals', () => {
  expect(names(pick(items, 'all', ''))).toEqual(['李芳', '张敏', '王伟', '赵磊'])
})

test('the parts of the list, and a name within them', () => {
  expect(names(pick(items, 'waiting', ''))).toEqual(['李芳'])
  expect(names(pick(items, 'here', ' 王 '))).toEqual(['王伟'])
  expect(names(pick(items, 'leave', ''))).toEqual(['赵磊'])
})

test('an arrival replaces what stood there for the same member', () => {
  const after = merge(items, item('李芳', 'present', '2026-11-23T06:09:00Z'))
  expect(after).toHaveLength(items.length)
  expect(names(pick(after, 'here', ''))[0]).toBe('李芳')
})
