import { expect, test, vi } from 'vitest'
import type { Task } from '@/api/types'
import { noteOf, placeOf, titleOf } from './tasks'

const task = (kind: Task['kind'], more: Partial<Task> = {}) =>
  ({
    kind,
    due_on: '2026-11-30',
    overdue: false,
    information: false,
    member: { id: 'm', name: '张三' },
    unit: { id: 'u', kind: 'branch', name: '金山支部' },
    registration_id: 'r',
    ...more,
  }) as Task

test('each task is one tap away from where it is done', () => {
  const event = { id: 'e', title: '党课', starts_at: '2026-11-23T01:30:00.000Z' }
  expect(placeOf(task('confirm_registration'))).toBe('/registrations/r')
  expect(placeOf(task('please_call'))).toBe('/registrations/r')
  expect(placeOf(task('review_card', { card_number: '1' }))).toBe('/cards/1')
  expect(placeOf(task('settle_conflict', { event }))).toBe('/events/e/review')
  expect(placeOf(task('answer_dispute', { event }))).toBe('/events/e')
  expect(placeOf(task('answer_request'))).toBe('/member-requests?registration=r')
})

test('a line says who, what, by when and from where', () => {
  vi.setSystemTime('2026-11-23T01:30:00.000Z')
  const request = { id: 'q', kind: 'going_home' } as const
  expect(titleOf(task('answer_request', { request }))).toBe('张三 · 办理申请 · 返回')
  expect(noteOf(task('answer_request'))).toBe('11月30日周一前 · 金山支部')
  expect(noteOf(task('leave_today', { information: true }))).toBe('今天 · 金山支部')
})
