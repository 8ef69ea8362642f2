import { describe, expect, it } from 'vitest'
import type { Figure } from '@/api/types'
import { nameOf, noteOf, periodOf, valueOf } from './summary'

const figure = (more: Partial<Figure>): Figure => ({
  key: 'branches_unable',
  title: null,
  measure: 'count',
  value: 3,
  of: 25,
  day: null,
  parts: [],
  records: null,
  ...more,
})

describe('the report', () => {
  it('knows the usual periods', () => {
    const now = new Date(2026, 1, 28)
    expect(periodOf('this_year', now)).toEqual({ from: '2026-01-01', to: '2026-02-28' })
    expect(periodOf('last_year', now)).toEqual({ from: '2025-01-01', to: '2025-12-31' })
    expect(periodOf('twelve_months', now)).toEqual({ from: '2025-03-01', to: '2026-02-28' })
  })

  it('writes a figure as one reads it', () => {
    expect(valueOf(figure({}))).toBe('3 / 25')
    expect(valueOf(figure({ measure: 'hours', value: 48.5, of: null }))).toBe('48.5 小时')
    expect(valueOf(figure({ measure: 'fen', value: 2_068_000, of: null }))).toBe('¥20,680.00')
    expect(valueOf(figure({ value: null }))).toBe('—')
  })

  it('says what it is and what it consists of', () => {
    expect(nameOf(figure({}))).toBe('不能参加的党支部')
    expect(nameOf(figure({ key: 'plan_target', title: '学习计划' }))).toBe('学习计划 · 完成指标的党员')
    const parts = [
      { list: 'census_reason', key: 'bankrupt', value: 2 },
      { list: 'document_kind', key: 'reading_notes', value: 3 },
      { list: 'event', key: 'lecture', value: 4 },
    ]
    expect(noteOf(figure({ parts, day: '2027-10-31' }))).toBe(
      '单位破产 2，读书笔记 3，党课 4，期限 2027年10月31日',
    )
  })
})
