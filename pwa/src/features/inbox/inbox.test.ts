import { expect, test } from 'vitest'
import type { Notice } from '@/api/types'
import { iconOf, officePlace, ownPlace, textOf } from './inbox'

const notice = (kind: Notice['kind'], more: Partial<Notice> = {}) => ({ kind, ...more }) as Notice
const event = { id: 'e', title: '党课', starts_at: '2026-11-23T01:30:00.000Z' }

test('says the same thing to the member and about the member', () => {
  expect(textOf(notice('event_cancelled', { event }), 'member')).toBe('活动已取消：党课')
  const filed = notice('request_filed', { request: { id: 'q', kind: 'moved' } })
  expect(textOf(filed, 'officer')).toBe('申请换流入地')
  expect(textOf(notice('something_new' as never), 'member')).toBe('您的记录有变动')
})

test('leads to where it can be seen', () => {
  expect(ownPlace(notice('dispute_answered'))).toBe('/record')
  expect(ownPlace(notice('registration_confirmed'))).toBe('/my-data')
  expect(officePlace(notice('phone_changed', { registration_id: 'r' }))).toBe('/registrations/r')
  expect(iconOf(notice('device_bound'))).toBe('phone')
  const subject = { kind: 'document' as const, id: 'd', title: '' }
  expect(ownPlace(notice('document_returned', { subject }))).toBe('/my-documents/d')
})

test('the old host is not sent to a registration that it cannot open any more', () => {
  expect(officePlace(notice('registration_moved', { registration_id: 'r', end: 'host' }))).toBeUndefined()
  expect(officePlace(notice('registration_moved', { registration_id: 'r', end: 'home' }))).toBe(
    '/registrations/r',
  )
})
