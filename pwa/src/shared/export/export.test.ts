import { describe, expect, it } from 'vitest'
import { chinaDay, choiceOf, usualPeriods } from './export'

const newYear = new Date('2026-12-31T16:30:00Z')

describe('what is exported', () => {
  it('goes by the calendar of China', () => {
    expect(chinaDay(newYear)).toBe('2027-01-01')
    expect(chinaDay(new Date('2026-12-31T15:59:59Z'))).toBe('2026-12-31')
  })

  it('offers the day, or the span, that offices ask for', () => {
    expect(usualPeriods('floating_members', newYear)).toEqual([
      { key: 'today', to: '2027-01-01' },
      { key: 'lastYearEnd', to: '2026-12-31' },
    ])
    expect(usualPeriods('attendance', newYear)).toEqual([
      { key: 'thisYear', from: '2027-01-01', to: '2027-01-01' },
      { key: 'lastYear', from: '2026-01-01', to: '2026-12-31' },
    ])
    expect(usualPeriods('department_list', newYear)).toEqual([])
  })

  it('sends only what the report takes', () => {
    const all = { unit_id: 'u', from: '2026-01-01', to: '2026-12-31', event_id: 'e' }
    expect(choiceOf({ ...all, report: 'floating_members' })).toEqual({
      unit_id: 'u',
      report: 'floating_members',
      to: '2026-12-31',
    })
    expect(choiceOf({ ...all, report: 'department_list' })).toEqual({
      unit_id: 'u',
      report: 'department_list',
    })
    expect(choiceOf({ ...all, report: 'event' })).toEqual({ unit_id: 'u', report: 'event', event_id: 'e' })
  })
})
