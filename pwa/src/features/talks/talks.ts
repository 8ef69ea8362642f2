/** Talks: the list, one of them with what can follow, and recording a new one. */
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { unitChoice, type UnitChoice } from '@/api/directory'
import type { MemberChoice } from '@/api/member-search'
import { may, unitsFor } from '@/api/roles'
import type { NewTalk, Talk, TalkMode, TalkTopic } from '@/api/types'
import { useWithin } from '@/api/within'
import { chinaDay } from '@/shared/export/export'
import { term } from '@/shared/i18n/terms-records'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useForm, type Lacks } from '@/shared/ui/form'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { takeStep } from '@/shared/ui/steps'
import { toast } from '@/shared/ui/toast'
import type { Tone } from '@/shared/ui/tone'
import { t } from './messages'

export const TOPICS = [
  'thoughts',
  'study',
  'work',
  'family',
  'health',
  'difficulties',
  'conduct',
  'organisation_life',
  'other',
] as const
export const MODES = ['one_to_one', 'group'] as const
const MOST_PERSONS = 50
const MOST_TOPICS = 4

export const TONES: Record<Talk['state'], Tone> = { follow_up: 'warn', done: 'good', void: 'neutral' }

export type Show = 'all' | 'follow_up' | 'void'
export const SHOWS = ['all', 'follow_up', 'void'] as const

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined)

export function useTalks() {
  const { query: asked } = useRoute()
  const within = useWithin()
  // The report leads here with these.
  const narrowed = {
    by_leaders_of: text(asked.by_leaders_of),
    member_id: text(asked.member_id),
    talker_id: text(asked.talker_id),
  }
  const show = ref<Show>(SHOWS.find((one) => one === asked.state) ?? 'all')
  const list = useList<Talk>((cursor) => {
    const state = show.value === 'all' ? undefined : show.value
    const query = { ...within.query.value, ...narrowed, state, limit: 50, cursor }
    return ok(officer.GET('/api/v1/talks', { params: { query } }))
  })
  watch([show, within.query], list.reload)
  return { within, narrowed, show, list, records: may(account.value, 'doWork') }
}

/** A group by its first three. */
export function withText({ with: members, persons }: Pick<Talk, 'with' | 'persons'>): string {
  const names = members
    .slice(0, 3)
    .map(({ name }) => name)
    .join(t('listComma'))
  return persons > 3 ? t('many', { names, count: persons }) : names
}

export const topicsText = (topics: TalkTopic[]): string =>
  topics.map((topic) => term(`talk_topic.${topic}`)).join(t('listComma'))

export const talkerText = ({ talker, talker_post }: Pick<Talk, 'talker' | 'talker_post'>): string =>
  talker?.name ?? talker_post ?? ''

export function useTalk(id: string) {
  const path = { id }
  const talk = useLoad(() => ok(officer.GET('/api/v1/talks/{id}', { params: { path } })))
  const followUp = useAction(() =>
    takeStep(talk, ok(officer.POST('/api/v1/talks/{id}/follow_up_done', { params: { path } }))),
  )
  const makeVoid = useAction((reason: string) =>
    takeStep(talk, ok(officer.POST('/api/v1/talks/{id}/void', { params: { path }, body: { reason } }))),
  )
  return { talk, followUp, makeVoid }
}

export interface TalkDraft {
  unitId: string
  heldOn: string
  mode: TalkMode
  withIds: string[]
  talkerIs: 'member' | 'post'
  talkerId: string
  talkerPost: string
  topics: TalkTopic[]
  what: string
  dueOn: string
}

export function requestOf(draft: TalkDraft): NewTalk {
  const what = draft.what.trim()
  return {
    unit_id: draft.unitId,
    held_on: draft.heldOn,
    mode: draft.mode,
    with: draft.withIds,
    topics: TOPICS.filter((topic) => draft.topics.includes(topic)),
    ...(draft.talkerIs === 'member'
      ? { talker_id: draft.talkerId }
      : { talker_post: draft.talkerPost.trim() }),
    ...(what ? { follow_up: { what, due_on: draft.dueOn } } : {}),
  }
}

export function lacksOf(draft: TalkDraft): Lacks {
  const count = draft.withIds.length
  const fits = draft.mode === 'one_to_one' ? count === 1 : count >= 2 && count <= MOST_PERSONS
  const isTalker = draft.talkerIs === 'member' && draft.withIds.includes(draft.talkerId)
  const missing = draft.mode === 'one_to_one' ? t('memberMissing') : t('manyMissing')
  return {
    '/unit_id': draft.unitId ? undefined : t('missing'),
    '/held_on': draft.heldOn ? undefined : t('missing'),
    '/with': !fits ? missing : isTalker ? t('isTalker') : undefined,
    '/talker_id': draft.talkerIs === 'post' || draft.talkerId ? undefined : t('memberMissing'),
    '/talker_post': draft.talkerIs === 'member' || draft.talkerPost.trim() ? undefined : t('missing'),
    '/topics':
      draft.topics.length >= 1 && draft.topics.length <= MOST_TOPICS ? undefined : t('topicsMissing'),
    '/follow_up/due_on': !draft.what.trim() || draft.dueOn ? undefined : t('missing'),
  }
}

export function useTalkForm(done: (talk: Talk) => void) {
  const own = unitsFor(account.value, 'doWork')
  const unit = shallowRef<UnitChoice | undefined>(own[0] && unitChoice(own[0]))
  const one = shallowRef<MemberChoice>()
  const many = shallowRef<MemberChoice[]>([])
  const talker = shallowRef<MemberChoice>()
  const form = reactive({
    heldOn: chinaDay(new Date()),
    mode: 'one_to_one' as TalkMode,
    talkerIs: 'post' as TalkDraft['talkerIs'],
    talkerPost: '',
    topics: [] as TalkTopic[],
    what: '',
    dueOn: '',
  })
  const chosen = computed(() => (form.mode === 'group' ? many.value : one.value ? [one.value] : []))
  const draft = computed<TalkDraft>(() => ({
    ...form,
    unitId: unit.value?.id ?? '',
    withIds: chosen.value.map(({ memberId }) => memberId),
    talkerId: talker.value?.memberId ?? '',
  }))
  const key = crypto.randomUUID()
  const save = useAction(async () => {
    const params = { header: { 'Idempotency-Key': key } }
    const talk = await ok(officer.POST('/api/v1/talks', { params, body: requestOf(draft.value) }))
    toast(t('saved'))
    done(talk)
  })
  const { fault, submit } = useForm(() => lacksOf(draft.value), save)
  /** The server names those who are not of the unit by their place in what was sent. */
  const withFault = computed(() => {
    const { value: error } = save.error
    const strangers =
      error instanceof Problem
        ? chosen.value.filter((_, at) => error.field(`/with/${at}`)?.code === 'unknown')
        : []
    const names = strangers.map((member) => member.text).join(t('listComma'))
    return names ? t('strangers', { names }) : fault('/with')
  })
  return { unit, one, many, talker, form, save, fault, withFault, submit }
}
