import { expect, test } from 'vitest'
import type { Overview } from './types'
import { barsOf } from './overview-bars'

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
} as unknown as Overview

test('districts keep the order of the server, where no address tells one last', () => {
  expect(barsOf(overview).district.map(({ name }) => name)).toEqual(['上海市金山区', '未注明地区'])
  expect(barsOf(overview).reason.map(({ key }) => key)).toEqual(['employment', 'study'])
  expect(barsOf(overview).status).toHaveLength(1)
})
