/** Who is commended, and what one was nominated for oneself; nothing of it is compulsory. */
import { ref, shallowRef } from 'vue'
import { member, ok } from '@/api/client'
import { lastAnswer } from '@/api/last-answers'
import type { Commendation } from '@/api/types'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

const ask = (cursor?: string) =>
  ok(member.GET('/api/v1/me/commendations', { params: { query: { limit: 20, cursor } } }))

export function useMyCommendations() {
  const list = useList<Commendation>(async (cursor) => {
    if (cursor) return ask(cursor)
    const { answer, kept } = await lastAnswer('commendations', () => ask())
    return kept ? { ...answer, next_cursor: null } : answer
  })
  const declining = ref(false)
  const under = shallowRef<Commendation>()
  const decline = useAction(async () => {
    const params = { path: { id: under.value?.id ?? '' } }
    await ok(member.POST('/api/v1/commendations/{id}/decline', { params }))
    toast(t('declined'))
    declining.value = false
    await list.reload()
  })
  return { list, declining, under, decline }
}

/** Why somebody was nominated is told to nobody but them. */
export const isMine = (item: Commendation): boolean => item.reason != null

export const nameOf = ({ member: who, nominee_unit }: Commendation): string =>
  who?.name ?? nominee_unit?.name ?? ''
