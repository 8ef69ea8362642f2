import { expect, test } from 'vitest'
import type { Opinion } from '@/api/types'
import { disposeBody, publishBody, showOf } from './opinions'

test('only what belongs to a disposition is sent', () => {
  const draft = { dueOn: '2026-12-31', answer: ' 已有规定 ' }
  expect(disposeBody({ ...draft, disposition: 'at_once' })).toEqual({ disposition: 'at_once' })
  expect(disposeBody({ ...draft, disposition: 'by_date' })).toEqual({
    disposition: 'by_date',
    due_on: '2026-12-31',
  })
  expect(disposeBody({ ...draft, disposition: 'explained' })).toEqual({
    disposition: 'explained',
    answer: '已有规定',
  })
})

test('a name is published only where one was given, and own words only where they were changed', () => {
  const opinion = { text: '张书记总是迟到', named: false } as Opinion
  expect(publishBody(opinion, [], '张书记总是迟到', true)).toEqual({
    unit_ids: undefined,
    text: undefined,
    named: false,
  })
  expect(publishBody({ ...opinion, named: true }, [], '会议有时不准时', true)).toMatchObject({
    text: '会议有时不准时',
    named: true,
  })
})

test('an address of the report opens all, the tasks what is to be dealt with', () => {
  expect(showOf({})).toBe('toDo')
  expect(showOf({ overdue: 'true', unit_id: 'u' })).toBe('overdue')
  expect(showOf({ unit_id: 'u', from: '2026-01-01' })).toBe('all')
})
