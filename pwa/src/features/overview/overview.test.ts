import { expect, test } from 'vitest'
import type { Overview } from '@/api/types'
import { seriesOf } from './overview'

const overview = {
  by_status: [
    { key: 'active', count: 3 },
    { key: 'returned', count: 0 },
  ],
  by_reason: [
    { key: 'study', count: 1 },
    { key: 'employment', count: 2 },
  ],
  by_district: [
    { district: '上海市金山区', count: 2 },
    { district: null, count: 5 },
  ],
  by_host: [],
  activity: [{ month: '2026-11', check_ins: 4, members: 3, events: 2 }],
  flow: [{ month: '2026-11', arrivals: 1, confirmations: 2 }],
} as unknown as Overview

test('arrivals and confirmations stand side by side, month by month', () => {
  expect(seriesOf(overview).flow.map(({ values }) => values)).toEqual([[1], [2]])
  expect(seriesOf(overview).activity.map(({ values }) => values)).toEqual([[4], [3], [2]])
})
