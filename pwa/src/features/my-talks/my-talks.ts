/** Talks that concern the member. */
import { ref } from 'vue'
import { member, ok } from '@/api/client'
import { lastAnswer } from '@/api/last-answers'
import type { MyTalk } from '@/api/types'
import { formatDate } from '@/shared/format'
import { term } from '@/shared/i18n/terms-records'
import { useList } from '@/shared/ui/list'
import { t } from './messages'

export function useMyTalks() {
  const kept = ref(false)
  const talks = useList<MyTalk>(async (cursor) => {
    const ask = () => ok(member.GET('/api/v1/me/talks', { params: { query: { limit: 30, cursor } } }))
    if (cursor) return ask()
    const { answer, kept: before } = await lastAnswer('talks', ask)
    kept.value = before
    return before ? { ...answer, next_cursor: null } : answer
  })
  return { talks, kept }
}

export function titleOf({ led, talker, persons }: MyTalk): string {
  return led ? t('led', { count: persons }) : t('ledBy', { talker })
}

export function noteOf({ held_on, mode, topics, unit }: MyTalk): string {
  const about = topics.map((topic) => term(`talk_topic.${topic}`)).join(t('listComma'))
  return [formatDate(held_on), term(`talk_mode.${mode}`), about, unit.name].join(' · ')
}

export function followUpOf({ follow_up, state }: MyTalk): string | undefined {
  if (state === 'void') return t('void')
  if (!follow_up?.what) return undefined
  const { what, due_on, done_on } = follow_up
  return done_on
    ? t('done', { date: formatDate(done_on), what })
    : t('due', { date: formatDate(due_on), what })
}
