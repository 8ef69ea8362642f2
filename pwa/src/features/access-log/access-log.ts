import { member, ok } from '@/api/client'
import type { LogEntry } from '@/api/types'
import { formatDateTime } from '@/shared/format'
import { term } from '@/shared/i18n/terms'
import { t } from './messages'

export const listLooks = (cursor: string | undefined) =>
  ok(member.GET('/api/v1/me/access-log', { params: { query: { cursor } } }))

/** What was done, in words; a kind of look that these words do not know yet is still said to be one. */
export function whatOf({ action }: LogEntry): string {
  const look = `look.${action}` as const
  return t.has(look) ? t(look) : t('look.other')
}

/** Who, as far as it is told: a role and its unit, never a name. */
export function whoOf({ by_role, unit }: LogEntry): string {
  const role = by_role ? term(`role.${by_role}`) : unit ? undefined : t('stranger')
  return [unit?.name, role].filter(Boolean).join(' · ')
}

export const whenOf = ({ at }: LogEntry): string => formatDateTime(at)
