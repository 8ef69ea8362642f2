import { shallowRef } from 'vue'
import { member, ok } from '@/api/client'
import type { AttendancePage, OwnAttendance } from '@/api/types'
import { formatMonth } from '@/shared/format'

/** Of this year, as the server counts them. */
export const totals = shallowRef<AttendancePage['totals']>()

export async function listMyRecord(cursor: string | undefined): Promise<AttendancePage> {
  const page = await ok(member.GET('/api/v1/me/attendance', { params: { query: { cursor } } }))
  totals.value = page.totals
  return page
}

export interface Month {
  key: string
  title: string
  entries: OwnAttendance[]
}

/** The list cut into months, in the order in which it came. */
export function byMonth(entries: OwnAttendance[]): Month[] {
  const months: Month[] = []
  for (const entry of entries) {
    const title = formatMonth(entry.event.starts_at)
    const last = months.at(-1)
    if (last?.title === title) last.entries.push(entry)
    else months.push({ key: entry.event.starts_at, title, entries: [entry] })
  }
  return months
}

export async function dispute(entryId: string, reason: string): Promise<void> {
  await ok(
    member.POST('/api/v1/check-ins/{id}/dispute', { params: { path: { id: entryId } }, body: { reason } }),
  )
}
