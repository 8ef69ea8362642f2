import { expect, test } from 'vitest'
import type { UnitRef } from '@/api/types'
import { faultsOf, requestOf, stepOf, tidyPhone, today, type Draft } from './register'

const unit = (id: string) => ({ id, text: id, note: '', unit: { id, kind: 'branch', name: id } as UnitRef })
const draft = (changes: Partial<Draft> = {}): Draft => ({
  name: ' 张三 ',
  idNumber: '110105 19491231 002x',
  phone: '138 0000 0001',
  joinedOn: '1975-07-01',
  membership: 'full',
  retired: true,
  employer: '',
  address: ' 上海市 ',
  filedBy: 'host',
  home: unit('home'),
  host: unit('host'),
  reason: 'family',
  startedOn: '2026-10-01',
  agreed: true,
  ...changes,
})
const now = new Date('2026-11-23T12:00:00+08:00')

test('a complete draft has no fault on any step', () => {
  for (const step of [0, 1, 2]) expect(faultsOf(draft(), step, now)).toEqual({})
})

test('each step names all that is wrong with it, under the pointers of the API', () => {
  const empty = draft({ name: ' ', idNumber: '', phone: '1234', joinedOn: '2027-01-01' })
  expect(Object.keys(faultsOf(empty, 0, now))).toEqual([
    '/person/name',
    '/person/id_number',
    '/person/phone',
    '/person/joined_on',
  ])
  expect(Object.keys(faultsOf(draft({ home: undefined }), 1, now))).toEqual(['/home_unit_id'])
  expect(Object.keys(faultsOf(draft({ agreed: false }), 2, now))).toEqual(['/consent'])
})

test('nobody joined before being born', () => {
  expect(faultsOf(draft({ joinedOn: '1940-01-01' }), 0, now)['/person/joined_on']).toContain('出生之后')
})

test('the request is tidied, and takes birth date and gender from the ID number', () => {
  const request = requestOf(draft(), now)
  expect(request.person).toMatchObject({
    name: '张三',
    id_number: '11010519491231002X',
    birth_date: '1949-12-31',
    gender: 'female',
    phone: '13800000001',
    employer: undefined,
    address: '上海市',
  })
  expect(request.consent.given_on).toBe('2026-11-23')
})

test('a refused field leads back to its step', () => {
  expect(['/person/phone', '/host_unit_id', '/started_on', '/consent/given_on'].map(stepOf)).toEqual([
    0, 1, 1, 2,
  ])
})

test('the country code of a phone may be pasted along', () => {
  expect(tidyPhone('+86 138-0000-0001')).toBe('13800000001')
  expect(tidyPhone('8613800000001')).toBe('13800000001')
})

test('today is the day where the person is', () => expect(today(new Date(2026, 0, 2, 23))).toBe('2026-01-02'))
