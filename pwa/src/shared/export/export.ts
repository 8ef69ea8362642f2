/** What can be exported from where, and over which time. */

export type ReportName = 'floating_members' | 'department_list' | 'attendance' | 'event'

/** A chosen report, with what it needs beside a purpose. */
export interface ExportChoice {
  unit_id: string
  report: ReportName
  from?: string
  to?: string
  event_id?: string
}

/** What a report asks about time: the day as of which, a span of days, or nothing. */
export const PERIOD: Record<ReportName, 'day' | 'span' | undefined> = {
  floating_members: 'day',
  department_list: undefined,
  attendance: 'span',
  event: undefined,
}

export interface Period {
  key: 'today' | 'lastYearEnd' | 'thisYear' | 'lastYear'
  from?: string
  to: string
}

const CHINA_HOURS = 8

/** The calendar day in China, where the registry's days begin. */
export function chinaDay(now: Date): string {
  return new Date(now.getTime() + CHINA_HOURS * 3_600_000).toISOString().slice(0, 10)
}

/** The usual answers for a report, the first of them to begin with. */
export function usualPeriods(report: ReportName, now: Date): Period[] {
  const today = chinaDay(now)
  const year = Number(today.slice(0, 4))
  if (PERIOD[report] === 'day')
    return [
      { key: 'today', to: today },
      { key: 'lastYearEnd', to: `${year - 1}-12-31` },
    ]
  if (PERIOD[report] === 'span')
    return [
      { key: 'thisYear', from: `${year}-01-01`, to: today },
      { key: 'lastYear', from: `${year - 1}-01-01`, to: `${year - 1}-12-31` },
    ]
  return []
}

/** What is sent: only what the report takes. */
export function choiceOf(choice: ExportChoice): ExportChoice {
  const { unit_id, report, from, to, event_id } = choice
  const period = PERIOD[report]
  return {
    unit_id,
    report,
    ...(period === 'span' ? { from } : {}),
    ...(period ? { to } : {}),
    ...(report === 'event' ? { event_id } : {}),
  }
}
