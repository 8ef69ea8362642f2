/** Posts and contact points: the lists, recording, ending. */
import { computed, nextTick, reactive, ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { unitChoice, type UnitChoice } from '@/api/directory'
import type { MemberChoice } from '@/api/member-search'
import { may, unitsFor } from '@/api/roles'
import type { ContactPoint, Post, PostKind } from '@/api/types'
import { useWithin } from '@/api/within'
import { fieldText } from '@/shared/field-text'
import { formatDate } from '@/shared/format'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export const POST_KINDS: PostKind[] = [
  'secretary',
  'deputy_secretary',
  'organiser',
  'publicity',
  'discipline',
  'other_committee_member',
]

export type Show = 'open' | 'all' | 'dual'

/** 2026年3月1日起, or both days. */
export function spanOf({ from, until }: Pick<Post, 'from' | 'until'>): string {
  const first = formatDate(from)
  return until ? t('span', { from: first, until: formatDate(until) }) : t('since', { date: first })
}

/** Whoever comes from the report sees what was held then, not only what is held now. */
function useShow(narrowed: () => boolean) {
  const { dual } = useRoute().query
  return ref<Show>(dual === 'true' ? 'dual' : narrowed() ? 'all' : 'open')
}

export function usePosts() {
  const within = useWithin()
  const show = useShow(() => Boolean(within.from.value || within.to.value))
  const list = useList<Post>((cursor) => {
    const narrowed = {
      state: show.value === 'open' ? ('open' as const) : undefined,
      dual: show.value === 'dual' ? true : undefined,
    }
    const query = { ...within.query.value, ...narrowed, limit: 50, cursor }
    return ok(officer.GET('/api/v1/posts', { params: { query } }))
  })
  watch([show, within.query], list.reload)
  const end = useEnd((id, until) =>
    ok(officer.POST('/api/v1/posts/{id}/end', { params: { path: { id } }, body: { until } })),
  )
  return { within, show, list, end: after(end, list.reload), records: may(account.value, 'doWork') }
}

export function useContactPoints() {
  const within = useWithin()
  const show = useShow(() => Boolean(within.from.value || within.to.value))
  const list = useList<ContactPoint>((cursor) => {
    const state = show.value === 'open' ? ('open' as const) : undefined
    const query = { ...within.query.value, state, limit: 50, cursor }
    return ok(officer.GET('/api/v1/contact-points', { params: { query } }))
  })
  watch([show, within.query], list.reload)
  const end = useEnd((id, until) =>
    ok(officer.POST('/api/v1/contact-points/{id}/end', { params: { path: { id } }, body: { until } })),
  )
  return { within, show, list, end: after(end, list.reload), records: may(account.value, 'leadWork') }
}

type End = (id: string, until: string | undefined) => Promise<unknown>

function useEnd(send: End): End {
  return async (id, until) => {
    try {
      await send(id, until)
      toast(t('done'))
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'wrong_state') throw error
      toast(t('endedElsewhere'), 'info')
    }
  }
}

function after(end: End, reload: () => Promise<void>) {
  return useAction(async (id: string, until: string | undefined) => {
    await end(id, until)
    await reload()
  })
}

/** What is missing, by the server's pointers. */
export function missingIn(draft: {
  unit: UnitChoice | undefined
  member: MemberChoice | undefined
  from: string
}) {
  return {
    '/unit_id': draft.unit ? undefined : t('unitUnknown'),
    '/member_id': draft.member ? undefined : t('memberUnknown'),
    '/from': draft.from ? undefined : t('missing'),
  }
}

/** Recording a post, or a contact point: the same questions but for the kind. */
export function useRecord(what: 'post' | 'point', done: () => void) {
  const own = unitsFor(account.value, 'doWork')
  const unit = shallowRef<UnitChoice | undefined>()
  const member = shallowRef<MemberChoice | undefined>()
  const draft = reactive({ kind: 'secretary' as PostKind, dualTitle: '', from: '' })
  const tried = ref(false)
  const open = ref(false)
  let key = ''

  function start(): void {
    unit.value = what === 'post' && own.length === 1 && own[0] ? unitChoice(own[0]) : undefined
    member.value = undefined
    Object.assign(draft, { kind: 'secretary', dualTitle: '', from: '' })
    tried.value = false
    key = crypto.randomUUID()
    save.clear()
    open.value = true
  }

  const save = useAction(async () => {
    const params = { header: { 'Idempotency-Key': key } }
    const body = { unit_id: unit.value?.id ?? '', member_id: member.value?.memberId ?? '', from: draft.from }
    if (what === 'point') await ok(officer.POST('/api/v1/contact-points', { params, body }))
    else {
      const dual_title = draft.dualTitle.trim() || undefined
      await ok(officer.POST('/api/v1/posts', { params, body: { ...body, kind: draft.kind, dual_title } }))
    }
    toast(t('saved'))
    open.value = false
    done()
  })

  const lacking = computed(() =>
    tried.value ? missingIn({ unit: unit.value, member: member.value, from: draft.from }) : undefined,
  )
  function fault(pointer: '/unit_id' | '/member_id' | '/from' | '/dual_title'): string | undefined {
    const error = save.error.value
    const none = pointer === '/member_id' && error instanceof Problem && error.field(pointer)
    if (none && none.code === 'invalid') return t('noPost')
    return (pointer !== '/dual_title' && lacking.value?.[pointer]) || fieldText(error, pointer)
  }
  /** A second secretary is not a fault of a field. */
  const taken = computed(() => save.error.value instanceof Problem && save.error.value.code === 'wrong_state')

  async function submit(): Promise<void> {
    tried.value = true
    if (!Object.values(lacking.value ?? {}).some(Boolean) && (await save.run())) return
    await nextTick()
    document.querySelector<HTMLElement>('dialog [aria-invalid=true]')?.focus()
  }
  return { unit, member, draft, open, start, save, fault, taken, submit }
}
