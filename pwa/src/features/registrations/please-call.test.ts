import { expect, test } from 'vitest'
import type { Silence } from '@/api/types'
import { conditionsOf } from './please-call'

const silence = (changes: Partial<Silence>): Silence => ({
  since: '2026-05-01T02:00:00.000Z',
  months_needed: 6,
  months_over_on: '2026-11-01',
  months_over: false,
  attempts_needed: 2,
  attempts: 0,
  ...changes,
})
const met = (changes: Partial<Silence>) => conditionsOf(silence(changes)).map((one) => one.met)

test('time and attempts are two conditions, and neither stands for the other', () => {
  expect(met({})).toEqual([false, false])
  expect(met({ months_over: true, attempts: 1 })).toEqual([true, false])
  expect(met({ attempts: 3 })).toEqual([false, true])
  expect(met({ months_over: true, attempts: 2 })).toEqual([true, true])
})
