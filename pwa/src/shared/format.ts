/** Dates and numbers as people write them, in the language in use and the time of the place where they are. */
import { languageTag, locale } from './i18n'

type Options = Intl.DateTimeFormatOptions

const formats = new Map<string, Intl.DateTimeFormat>()

function format(date: Date, options: Options): string {
  const key = languageTag() + JSON.stringify(options)
  let made = formats.get(key)
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat(languageTag(), options)))
  return made.format(date)
}

const DAY: Options = { year: 'numeric', month: 'long', day: 'numeric' }
const SHORT_DAY: Options = { month: 'long', day: 'numeric', weekday: 'short' }
const TIME: Options = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }

/** `2026-11-23` → 2026年11月23日. A calendar day has no time zone. */
export function formatDate(day: string): string {
  return format(new Date(`${day}T00:00:00Z`), { ...DAY, timeZone: 'UTC' })
}

/** An instant: 11月23日周一 14:05; with its year when it is not this year. */
export function formatDateTime(instant: string): string {
  return `${formatDayOf(instant)} ${formatTime(instant)}`
}

export function formatDayOf(instant: string): string {
  const date = new Date(instant)
  const options = date.getFullYear() === new Date().getFullYear() ? SHORT_DAY : DAY
  return format(date, options)
}

export function formatTime(instant: string): string {
  return format(new Date(instant), TIME)
}

/** The hour to the second, for a check-in. */
export function formatClock(instant: string): string {
  return format(new Date(instant), { ...TIME, second: '2-digit' })
}

/** 11月23日周一 14:00–16:00, or both days when it ends on another. */
export function formatTimeRange(from: string, to: string): string {
  const sameDay = new Date(from).toDateString() === new Date(to).toDateString()
  return `${formatDateTime(from)}${sameDay ? '–' + formatTime(to) : ' – ' + formatDateTime(to)}`
}

const STEPS: [limit: number, seconds: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [30 * 86_400, 86_400, 'day'],
  [365 * 86_400, 30 * 86_400, 'month'],
  [Infinity, 365 * 86_400, 'year'],
]

/** Just now, 3分钟前, yesterday. */
export function formatAgo(instant: string | number, now = Date.now()): string {
  const seconds = Math.round((new Date(instant).getTime() - now) / 1000)
  if (Math.abs(seconds) < 60) return locale.value === 'zh' ? '刚刚' : 'just now'
  const step = STEPS.find(([limit]) => Math.abs(seconds) < limit)
  const [, size, unit] = step ?? [0, 60, 'minute' as const]
  return new Intl.RelativeTimeFormat(languageTag(), { numeric: 'auto' }).format(
    Math.round(seconds / size),
    unit,
  )
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(languageTag()).format(value)
}

/** 2小时, 1.5小时 */
export function formatHours(hours: number): string {
  const number = new Intl.NumberFormat(languageTag(), { maximumFractionDigits: 1 }).format(hours)
  return locale.value === 'zh' ? `${number} 小时` : `${number} h`
}

/** Money is kept in fen. */
export function formatYuan(fen: number): string {
  return new Intl.NumberFormat(languageTag(), { style: 'currency', currency: 'CNY' }).format(fen / 100)
}

/** The month of an instant: 2026年11月 */
export function formatMonth(instant: string): string {
  return format(new Date(instant), { year: 'numeric', month: 'long' })
}
