/** Opinions: the list, one of them with its steps, and writing one down. */
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { unitChoice, type UnitChoice } from '@/api/directory'
import type { MemberChoice } from '@/api/member-search'
import { may, unitsFor } from '@/api/roles'
import type { Dispose, NewOpinion, Opinion, OpinionTopic, Publish } from '@/api/types'
import { useWithin } from '@/api/within'
import { chinaDay } from '@/shared/export/export'
import { useAction } from '@/shared/ui/action'
import { useForm } from '@/shared/ui/form'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { takeStep } from '@/shared/ui/steps'
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
export const SOURCES = ['interview', 'meeting', 'box'] as const
export const DISPOSITIONS = ['at_once', 'by_date', 'explained'] as const

export const TONES: Record<Opinion['state'], Tone> = {
  collected: 'warn',
  sorted: 'warn',
  in_hand: 'info',
  done: 'good',
  published: 'good',
}

export const SHOWS = ['toDo', 'overdue', 'closed', 'all'] as const
export type Show = (typeof SHOWS)[number]
const STATES: Record<Show, string | undefined> = {
  toDo: 'collected,sorted,in_hand',
  overdue: undefined,
  closed: 'done,published',
  all: undefined,
}

/** With which part an address opens the list; the report leads here with days and units. */
export function showOf(query: Record<string, unknown>): Show {
  if (query.overdue === 'true') return 'overdue'
  return ['unit_id', 'from', 'to', 'rectified'].some((name) => query[name]) ? 'all' : 'toDo'
}

export function useOpinions() {
  const { query: asked } = useRoute()
  const within = useWithin()
  const narrowed = {
    here: asked.here === 'true' || undefined,
    below: asked.below === 'true' || undefined,
    rectified: asked.rectified === 'true' || undefined,
  }
  const show = ref<Show>(showOf(asked))
  const list = useList<Opinion>((cursor) => {
    const part = { state: STATES[show.value], overdue: show.value === 'overdue' || undefined }
    const query = { ...within.query.value, ...narrowed, ...part, limit: 50, cursor }
    return ok(officer.GET('/api/v1/opinions', { params: { query } }))
  })
  watch([show, within.query], list.reload)
  return { within, narrowed, show, list, records: may(account.value, 'doWork') }
}

export function useOpinion(id: string) {
  const params = { path: { id } }
  const opinion = useLoad(() => ok(officer.GET('/api/v1/opinions/{id}', { params })))
  const sort = useAction((topic: OpinionTopic) =>
    takeStep(opinion, ok(officer.POST('/api/v1/opinions/{id}/sort', { params, body: { topic } }))),
  )
  const dispose = useAction((body: Dispose) =>
    takeStep(opinion, ok(officer.POST('/api/v1/opinions/{id}/dispose', { params, body }))),
  )
  const note = useAction((text: string) =>
    takeStep(opinion, ok(officer.POST('/api/v1/opinions/{id}/note', { params, body: { text } }))),
  )
  const finish = useAction((result: string) =>
    takeStep(opinion, ok(officer.POST('/api/v1/opinions/{id}/done', { params, body: { result } }))),
  )
  const publish = useAction((body: Publish) =>
    takeStep(opinion, ok(officer.POST('/api/v1/opinions/{id}/publish', { params, body }))),
  )
  return { opinion, sort, dispose, note, finish, publish }
}

export interface DisposeDraft {
  disposition: Dispose['disposition']
  dueOn: string
  answer: string
}

/** Nothing that does not belong to the disposition. */
export function disposeBody({ disposition, dueOn, answer }: DisposeDraft): Dispose {
  return {
    disposition,
    ...(disposition === 'by_date' ? { due_on: dueOn } : {}),
    ...(disposition === 'explained' ? { answer: answer.trim() } : {}),
  }
}

/** The giver's own words are not sent again. */
export function publishBody(opinion: Opinion, units: UnitChoice[], words: string, named: boolean): Publish {
  const text = words.trim()
  return {
    unit_ids: units.length > 0 ? units.map(({ id }) => id) : undefined,
    text: text && text !== opinion.text ? text : undefined,
    named: named && opinion.named,
  }
}

export function useOpinionForm(done: (opinion: Opinion) => void) {
  const own = unitsFor(account.value, 'doWork')
  const unit = shallowRef<UnitChoice | undefined>(own[0] && unitChoice(own[0]))
  const giver = shallowRef<MemberChoice>()
  const form = reactive({
    source: 'meeting' as NewOpinion['source'],
    text: '',
    topic: '' as OpinionTopic | '',
    collectedOn: chinaDay(new Date()),
  })
  const key = crypto.randomUUID()
  const save = useAction(async () => {
    const params = { header: { 'Idempotency-Key': key } }
    const body: NewOpinion = {
      unit_id: unit.value?.id ?? '',
      source: form.source,
      text: form.text,
      topic: form.topic || undefined,
      collected_on: form.collectedOn,
      named_member_id: giver.value?.memberId,
    }
    const opinion = await ok(officer.POST('/api/v1/opinions', { params, body }))
    toast(t('saved'))
    done(opinion)
  })
  const lacks = () => ({
    '/unit_id': unit.value ? undefined : t('unitUnknown'),
    '/text': form.text.trim() ? undefined : t('missing'),
    '/collected_on': form.collectedOn ? undefined : t('missing'),
  })
  return { unit, giver, form, save, ...useForm(lacks, save) }
}

/** The units that one may publish to, to begin with: the opinion's own. */
export const usePublishUnits = (opinion: () => Opinion | undefined) => {
  const units = shallowRef<UnitChoice[]>([])
  watch(
    computed(() => opinion()?.unit),
    (now) => (units.value = now ? [unitChoice(now)] : []),
    { immediate: true },
  )
  return units
}
