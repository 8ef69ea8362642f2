import { expect, test } from 'vitest'
import type { Event } from '@/api/types'
import { changesFrom, hoursOf, missingIn, newDraft, requestOf, spanOf } from './event-form'

test('a new event begins at the next half hour and takes two hours', () => {
  const draft = newDraft('u', new Date(2026, 10, 23, 14, 7))
  expect(draft).toMatchObject({ date: '2026-11-23', from: '14:30', until: '16:30', hours: 2 })
  expect(missingIn(draft)).toHaveProperty('/place')
})

test('what is left empty has a sensible name, and check-in opens half an hour before', () => {
  const request = requestOf({ ...newDraft('u', new Date(2026, 10, 23, 14, 0)), place: ' 会议室 ' })
  expect(request.title).toBe('集中学习')
  expect(request.place).toBe('会议室')
  expect(Date.parse(request.starts_at) - Date.parse(request.check_in?.opens_at ?? '')).toBe(30 * 60_000)
  expect(request.check_in?.closes_at).toBe(request.ends_at)
})

test('an evening may go past midnight', () => {
  const { start, end } = spanOf({ date: '2026-11-23', from: '22:00', until: '00:30' })
  expect(end.getTime() - start.getTime()).toBe(2.5 * 3600_000)
})

test('hours are counted by halves', () => {
  expect(hoursOf({ date: '2026-11-23', from: '14:00', until: '15:40' })).toBe(1.5)
  expect(hoursOf({ date: '2026-11-23', from: '14:00', until: '14:10' })).toBe(0.5)
})

test('after an event only what was really changed is sent', () => {
  const request = requestOf({ ...newDraft('u', new Date(2026, 10, 23, 14, 0)), place: '会议室' })
  const before = { ...request, unit: { id: 'u' } } as unknown as Event
  expect(changesFrom(before, { ...request, title: '党课' })).toEqual({ title: '党课' })
})
