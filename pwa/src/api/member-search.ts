/** Suggesting members while an officer types; the server keeps one record a minute of it, and one of each look that follows. */
import { shallowRef } from 'vue'
import type { Found } from '@/shared/ui/choices'
import { messages } from '@/shared/i18n'
import { term } from '@/shared/i18n/terms'
import { officer, ok } from './client'

export interface MemberChoice {
  /** The registration's. */
  id: string
  text: string
  note: string
  memberId: string
}

/** Picked on the desk, to be asked about on the look-up page: a name has no place in an address. */
export const picked = shallowRef<MemberChoice>()

const t = messages({ zh: { tail: '证号尾号 {tail}' }, en: { tail: 'card …{tail}' } })

/** A Chinese character, two letters, the last four digits of a phone or the first six of a card; never a whole number. */
export function isEnough(text: string): boolean {
  if (/^\d+$/.test(text))
    return text.length === 4 || (text.length >= 6 && !/^(1[3-9]\d{9}|\d{18})$/.test(text))
  if (/^\d{17}x$/i.test(text)) return false
  return /^[a-z]/i.test(text) ? text.length >= 2 : text.length >= 1
}

/** A search for UiCombobox, for forms that ask for one member. */
export async function memberSearch(text: string): Promise<MemberChoice[]> {
  if (!isEnough(text)) return []
  return (await suggestMembers(text, new AbortController().signal)).choices
}

export async function suggestMembers(q: string, signal: AbortSignal): Promise<Found<MemberChoice>> {
  const { items, more } = await ok(officer.POST('/api/v1/member-suggestions', { body: { q }, signal }))
  const choices = items.map((item) => {
    const ended = !['active', 'pending_home', 'pending_host', 'out_of_contact'].includes(item.status)
    const notes = [
      `${item.home.name} → ${item.host.name}`,
      item.card_tail && t('tail', { tail: item.card_tail }),
      ended && term(`registration.${item.status}`),
    ]
    return {
      id: item.registration_id,
      text: item.name,
      note: notes.filter(Boolean).join(' · '),
      memberId: item.member_id,
    }
  })
  return { choices, more }
}
