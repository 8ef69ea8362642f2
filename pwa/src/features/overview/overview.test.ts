import { expect, test } from 'vitest'
import type { Overview } from '@/api/types'
import { seriesOf } from './overview'

const overview = {
  activity: [{ month: '2026-11', check_ins: 4, members: 3, events: 2 }],
  flow: [{ month: '2026-11', arrivals: 1, confirmations: 2 }],
} as unknown as Overview

test('arrivals and confirmations stand side by side, month by month', () => {
  expect(seriesOf(overview).flow.map(({ values }) => values)).toEqual([[1], [2]])
  expect(seriesOf(overview).activity.map(({ values }) => values)).toEqual([[4], [3], [2]])
})
