import { expect, test } from 'vitest'
import { formatAgo, formatDate, formatTimeRange, formatYuan } from './format'
import { setLocale } from './i18n'

test('a calendar day stays that day in every time zone', () => {
  expect(formatDate('2026-11-23')).toBe('2026年11月23日')
  setLocale('en')
  expect(formatDate('2026-11-23')).toBe('23 November 2026')
})

test('a range names the second day only when there is one', () => {
  expect(formatTimeRange('2025-03-01T01:00:00Z', '2025-03-01T03:00:00Z').match(/月/g)).toHaveLength(1)
  expect(formatTimeRange('2025-03-01T01:00:00Z', '2025-03-03T03:00:00Z').match(/月/g)).toHaveLength(2)
})

test('how long ago', () => {
  const now = Date.parse('2026-11-23T08:00:00Z')
  expect(formatAgo('2026-11-23T07:57:00Z', now)).toBe('3分钟前')
  expect(formatAgo('2026-11-23T07:59:40Z', now)).toBe('刚刚')
  expect(formatAgo('2026-11-21T08:00:00Z', now)).toBe('前天')
})

test('money', () => expect(formatYuan(123456)).toBe('¥1,234.56'))
