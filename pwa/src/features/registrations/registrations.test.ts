import { expect, test } from 'vitest'
import { queryOf } from './registrations'

const now = new Date('2026-11-23T08:00:00Z')

test('the list starts with who is registered', () => {
  expect(queryOf({ q: '', show: 'active' }, now)).toEqual({
    q: undefined,
    status: 'active',
    home: undefined,
    host: undefined,
    silent_since: undefined,
  })
})

test('a name is looked for in every state, unless one was chosen', () => {
  expect(queryOf({ q: ' zs ', show: 'active' }, now)).toMatchObject({ q: 'zs', status: undefined })
  expect(queryOf({ q: 'zs', show: 'ended' }, now).status).toContain('returned')
})

test('please call: three months without organisation life', () => {
  expect(queryOf({ q: '', show: 'please_call' }, now)).toMatchObject({
    status: 'active',
    silent_since: '2026-08-23',
  })
})
