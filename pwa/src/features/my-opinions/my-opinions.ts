/** What a member says about their units: giving it, with a name or without; one's own; and what was published. */
import { reactive, ref, watch } from 'vue'
import { member, ok } from '@/api/client'
import { lastAnswer } from '@/api/last-answers'
import type { MyOpinion, OpinionTopic, OwnOpinion, UnitRef } from '@/api/types'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useForm } from '@/shared/ui/form'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import type { Tone } from '@/shared/ui/tone'
import { t } from './messages'

export const TOPICS = [
  'style',
  'services',
  'organisation_life',
  'study',
  'discipline',
  'development',
  'other',
] as const

export const TONES: Record<MyOpinion['state'], Tone> = {
  collected: 'neutral',
  sorted: 'neutral',
  in_hand: 'info',
  done: 'good',
  published: 'good',
}

export const PARTS = ['give', 'mine', 'published'] as const
export type Part = (typeof PARTS)[number]

/** One's own, or what was published; the last answer serves the day without network. */
export function useOpinionList(part: 'mine' | 'published') {
  const kept = ref(false)
  const list = useList<MyOpinion>(async (cursor) => {
    const query = { published: part === 'published', limit: 30, cursor }
    const ask = () => ok(member.GET('/api/v1/me/opinions', { params: { query } }))
    if (cursor) return ask()
    const { answer, kept: before } = await lastAnswer(`opinions-${part}`, ask)
    kept.value = before
    return before ? { ...answer, next_cursor: null } : answer
  })
  return { list, kept }
}

export interface OpinionForm {
  unitId: string
  topic: OpinionTopic | ''
  text: string
  how: 'named' | 'unnamed'
}

export function bodyOf({ unitId, topic, text, how }: OpinionForm): OwnOpinion {
  return { unit_id: unitId, topic: topic || undefined, text, named: how === 'named' }
}

/** Whom one may speak to: `undefined` while the registration is not in force. */
async function readUnits(): Promise<UnitRef[] | null> {
  try {
    return (await ok(member.GET('/api/v1/me/opinions/units'))).items
  } catch (error) {
    if (error instanceof Problem && error.code === 'wrong_state') return null
    throw error
  }
}

export function useGiving() {
  const units = useLoad(readUnits)
  const form = reactive<OpinionForm>({ unitId: '', topic: '', text: '', how: 'unnamed' })
  const sent = ref<'named' | 'unnamed'>()
  watch(units.data, (now) => (form.unitId ||= now?.[0]?.id ?? ''))
  // The same key when the same is sent again after a broken connection; made for this once, and kept nowhere.
  let attempt: { of: string; key: string } | undefined
  const send = useAction(async () => {
    const body = bodyOf(form)
    const of = JSON.stringify(body)
    if (attempt?.of !== of) attempt = { of, key: crypto.randomUUID() }
    const params = { header: { 'Idempotency-Key': attempt.key } }
    await ok(member.POST('/api/v1/me/opinions', { params, body }))
    attempt = undefined
    form.text = ''
    form.topic = ''
    sent.value = form.how
    if (form.how === 'named') toast(t('sentNamed'))
  })
  const lacks = () => ({
    '/unit_id': form.unitId ? undefined : t('unitMissing'),
    '/text': form.text.trim() ? undefined : t('textMissing'),
  })
  return { units, form, sent, send, ...useForm(lacks, send) }
}
