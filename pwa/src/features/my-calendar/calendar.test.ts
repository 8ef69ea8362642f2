import { expect, test } from 'vitest'
import { subscribeAddress } from './calendar'

test('the phone opens its calendar, whatever the page was reached by', () => {
  expect(subscribeAddress('https://guiyan.example/api/v1/calendar/0.ics')).toBe(
    'webcal://guiyan.example/api/v1/calendar/0.ics',
  )
  expect(subscribeAddress('http://127.0.0.1:8080/api/v1/calendar/0.ics')).toBe(
    'webcal://127.0.0.1:8080/api/v1/calendar/0.ics',
  )
})
