import { expect, test } from 'vitest'
import { requestBody } from './my-requests'

test('only what belongs to the kind is sent', () => {
  const form = { hostId: 'u', place: ' 松江 ', wished: '', note: ' ' }
  expect(requestBody('going_home', form)).toEqual({
    kind: 'going_home',
    wished_on: undefined,
    note: undefined,
  })
  expect(requestBody('moved', form)).toMatchObject({ kind: 'moved', host_unit_id: 'u', place: '松江' })
})
