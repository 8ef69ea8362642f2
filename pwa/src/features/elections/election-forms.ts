/** The three forms of an election: who stands, the meeting, the result; and the approval. */
import { computed, reactive, ref, shallowRef } from 'vue'
import { officer, ok } from '@/api/client'
import type { MemberChoice } from '@/api/member-search'
import type { Election, PostKind } from '@/api/types'
import { fieldText } from '@/shared/field-text'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useLoad } from '@/shared/ui/load'
import type { Taking } from './elections'
import { t } from './messages'

export const POST_KINDS: PostKind[] = [
  'secretary',
  'deputy_secretary',
  'organiser',
  'publicity',
  'discipline',
  'other_committee_member',
]

export interface CandidateDraft {
  key: string
  post: PostKind
  from: 'registry' | 'paper'
  member: MemberChoice | undefined
  name: string
}

const newCandidate = (): CandidateDraft => ({
  key: crypto.randomUUID(),
  post: 'secretary',
  from: 'registry',
  member: undefined,
  name: '',
})

const whoOf = (draft: CandidateDraft) =>
  draft.from === 'registry' ? { member_id: draft.member?.memberId } : { name: draft.name.trim() }
const isNamed = (draft: CandidateDraft) =>
  draft.from === 'registry' ? Boolean(draft.member) : Boolean(draft.name.trim())

/** The posts for which somebody stands, in the order of the list. */
export const postsOf = (candidates: { post: PostKind }[]): PostKind[] =>
  POST_KINDS.filter((kind) => candidates.some(({ post }) => post === kind))

export function useNomination(id: string, taking: Taking, done: () => void) {
  const candidates = ref<CandidateDraft[]>([])
  const seats = ref<Partial<Record<PostKind, number>>>({})
  const tried = ref(false)
  const posts = computed(() => postsOf(candidates.value))

  function start(election: Election): void {
    tried.value = false
    save.clear()
    candidates.value = election.candidates.map(({ post, member, name }) => ({
      key: crypto.randomUUID(),
      post,
      from: member ? ('registry' as const) : ('paper' as const),
      member: member ? { id: member.id, memberId: member.id, text: member.name, note: '' } : undefined,
      name: member ? '' : name,
    }))
    if (candidates.value.length === 0) candidates.value = [newCandidate(), newCandidate()]
    seats.value = Object.fromEntries(election.seats.map((line) => [line.post, line.seats]))
  }
  const add = () => candidates.value.push(newCandidate())
  const remove = (key: string) => (candidates.value = candidates.value.filter((one) => one.key !== key))

  const save = useAction(async () => {
    const body = {
      candidates: candidates.value.map((one) => ({ post: one.post, ...whoOf(one) })),
      seats: posts.value.map((post) => ({ post, seats: seats.value[post] ?? 1 })),
    }
    await taking(ok(officer.POST('/api/v1/elections/{id}/nominate', { params: { path: { id } }, body })))
    done()
  })
  function fault(at: number): string | undefined {
    const draft = candidates.value[at]
    if (tried.value && draft && !isNamed(draft)) return t('missing')
    return (
      fieldText(save.error.value, `/candidates/${at}/member_id`) ??
      fieldText(save.error.value, `/candidates/${at}/name`)
    )
  }
  async function submit(): Promise<void> {
    tried.value = true
    if (candidates.value.length > 0 && candidates.value.every(isNamed)) await save.run()
  }
  return { candidates, seats, posts, start, add, remove, save, fault, submit }
}

export function useMeeting(id: string, unitId: () => string, taking: Taking, done: () => void) {
  const draft = reactive({ eventId: '', expected: '' as number | '', paper: 0 as number | '' })
  const tried = ref(false)
  const events = useLoad(async () => {
    const query = { unit_id: unitId(), kind: 'election', limit: 30 }
    const { items } = await ok(officer.GET('/api/v1/events', { params: { query } }))
    return items.filter(({ unit, state }) => unit.id === unitId() && state !== 'cancelled')
  })
  function start(election: Election): void {
    tried.value = false
    save.clear()
    draft.eventId = election.event?.id ?? ''
    draft.expected = election.quorum?.electors_expected ?? ''
    draft.paper = election.quorum?.present_on_paper ?? 0
    void events.reload()
  }
  const save = useAction(async () => {
    const body = {
      event_id: draft.eventId,
      electors_expected: Number(draft.expected),
      present_on_paper: Number(draft.paper),
    }
    await taking(ok(officer.POST('/api/v1/elections/{id}/hold', { params: { path: { id } }, body })))
    done()
  })
  function fault(pointer: '/event_id' | '/electors_expected' | '/present_on_paper'): string | undefined {
    const empty =
      pointer === '/event_id' ? !draft.eventId : pointer === '/electors_expected' && !draft.expected
    return tried.value && empty ? t('missing') : fieldText(save.error.value, pointer)
  }
  async function submit(): Promise<void> {
    tried.value = true
    if (draft.eventId && draft.expected) await save.run()
  }
  return { draft, events, start, save, fault, submit }
}

export interface ResultDraft {
  key: string
  post: PostKind
  memberId: string | undefined
  name: string
  elected: boolean
  votes: number | ''
  dualTitle: string
}

/** Only who was elected is sent, with the place that the server will name. */
export const electedOf = (lines: ResultDraft[]) =>
  lines
    .filter(({ elected }) => elected)
    .map(({ post, memberId, name, votes, dualTitle }) => ({
      post,
      ...(memberId ? { member_id: memberId } : { name }),
      votes: Number(votes),
      dual_title: dualTitle.trim() || undefined,
    }))

export function useResult(id: string, taking: Taking, done: () => void) {
  const lines = ref<ResultDraft[]>([])
  const ballots = reactive({ given: '' as number | '', returned: '' as number | '' })
  const tried = ref(false)
  const shown = shallowRef<Election>()

  function start(election: Election): void {
    tried.value = false
    save.clear()
    shown.value = election
    lines.value = election.candidates.map(({ post, member, name }) => ({
      key: crypto.randomUUID(),
      post,
      memberId: member?.id,
      name,
      elected: false,
      votes: '',
      dualTitle: '',
    }))
    ballots.given = election.quorum?.present ?? ''
    ballots.returned = ballots.given
  }
  const save = useAction(async () => {
    const body = {
      elected: electedOf(lines.value),
      ballots_given: Number(ballots.given),
      ballots_returned: Number(ballots.returned),
    }
    await taking(ok(officer.POST('/api/v1/elections/{id}/record_result', { params: { path: { id } }, body })))
    done()
  })
  /** What stands in the way of a result, where something does. */
  const hindrance = computed(() => {
    if (!(save.error.value instanceof Problem) || save.error.value.code !== 'wrong_state') return undefined
    const startsAt = shown.value?.event?.starts_at
    if (startsAt && Date.parse(startsAt) > Date.now()) return t('notBegun')
    return shown.value?.quorum?.reached ? undefined : t('tooFew')
  })
  const nobody = computed(() => tried.value && !lines.value.some(({ elected }) => elected))
  function fault(line: ResultDraft): string | undefined {
    if (!line.elected) return undefined
    if (tried.value && line.votes === '') return t('missing')
    const at = lines.value.filter(({ elected }) => elected).indexOf(line)
    return (
      fieldText(save.error.value, `/elected/${at}/votes`) ??
      fieldText(save.error.value, `/elected/${at}/post`)
    )
  }
  async function submit(): Promise<void> {
    tried.value = true
    const chosen = lines.value.filter(({ elected }) => elected)
    if (chosen.length > 0 && chosen.every(({ votes }) => votes !== '')) await save.run()
  }
  return { lines, ballots, start, save, hindrance, nobody, fault, submit }
}

export function useApproval(id: string, taking: Taking, done: () => void) {
  const draft = reactive({ years: '' as '' | '3' | '5', startedOn: '', authority: '' })
  const asksAuthority = shallowRef(false)
  const save = useAction(async () => {
    const body = {
      years: draft.years ? Number(draft.years) : undefined,
      started_on: draft.startedOn || undefined,
      authority: draft.authority.trim() || undefined,
    }
    try {
      await taking(ok(officer.POST('/api/v1/elections/{id}/approve', { params: { path: { id } }, body })))
    } catch (error) {
      asksAuthority.value ||= error instanceof Problem && Boolean(error.field('/authority'))
      throw error
    }
    done()
  })
  function start(): void {
    Object.assign(draft, { years: '', startedOn: '', authority: '' })
    asksAuthority.value = false
    save.clear()
  }
  return { draft, asksAuthority, save, start }
}
