import { expect, test } from 'vitest'
import { nomineeOf, requestOf, type Nomination } from './nomination'

const form: Nomination = {
  unitId: 'u',
  title: 'good_member',
  of: 'member',
  member: { id: 'r', text: '王芳', note: '', memberId: 'm' },
  branch: { id: 'b', text: '支部', note: '', unit: { id: 'b', kind: 'branch', name: '支部' } },
  reason: ' 助人 ',
}

test('the title decides who can be nominated', () => {
  expect(nomineeOf({ title: 'good_worker', of: 'branch' })).toBe('member')
  expect(nomineeOf({ title: 'advanced_branch', of: 'member' })).toBe('branch')
  expect(nomineeOf({ title: 'other', of: 'branch' })).toBe('branch')
})

test('only what belongs to the title is sent', () => {
  expect(requestOf(form)).toEqual({ unit_id: 'u', title: 'good_member', reason: '助人', member_id: 'm' })
  expect(requestOf({ ...form, title: 'advanced_branch' })).toEqual({
    unit_id: 'u',
    title: 'advanced_branch',
    reason: '助人',
    nominee_unit_id: 'b',
  })
})
