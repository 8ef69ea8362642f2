/** The server's time, as well as this phone knows it. Kept, since a reload without network cannot ask again. */
import { computed } from 'vue'
import { setting } from '@/shared/settings-store'

const kept = setting<string>('clock-ahead', '0')

/** How far the phone's clock is ahead of the server's, in milliseconds. */
export const clockAheadMs = computed(() => Number(kept.value) || 0)

export const serverNow = (now = Date.now()): number => now - clockAheadMs.value

/**
 * One answer proves that the clock is ahead by something between two bounds: it was written after we asked and before
 * it came. What we believe moves only as far as the answer demands, so that many answers make it exact.
 */
export function noteServerTime(earliest: number, latest: number, askedAt: number, answeredAt: number): void {
  const least = askedAt - latest
  const most = answeredAt - earliest
  if (Number.isNaN(least) || Number.isNaN(most) || least > most) return
  const ahead = Math.min(Math.max(clockAheadMs.value, least), most)
  if (ahead !== clockAheadMs.value) kept.value = String(Math.round(ahead))
}

/** The header counts whole seconds. */
export function noteDate(response: Response, askedAt: number, answeredAt: number): void {
  const date = Date.parse(response.headers.get('date') ?? '')
  noteServerTime(date, date + 999, askedAt, answeredAt)
}
