/** A nomination: of a member, or of a branch, as its title has it. */
import { computed, nextTick, reactive, ref } from 'vue'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import type { UnitChoice } from '@/api/directory'
import type { MemberChoice } from '@/api/member-search'
import { unitsFor } from '@/api/roles'
import type { CommendationTitle, NewCommendation } from '@/api/types'
import { fieldText } from '@/shared/field-text'
import { newId } from '@/shared/ids'
import { useAction } from '@/shared/ui/action'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export interface Nomination {
  unitId: string
  title: CommendationTitle
  /** With a title that goes with either. */
  of: 'member' | 'branch'
  member?: MemberChoice
  branch?: UnitChoice
  reason: string
}

/** Whether a member is nominated, or a branch. */
export function nomineeOf({ title, of }: Pick<Nomination, 'title' | 'of'>): 'member' | 'branch' {
  if (title === 'other') return of
  return title === 'advanced_branch' ? 'branch' : 'member'
}

/** Only what belongs to the title. */
export function requestOf(form: Nomination): NewCommendation {
  const { unitId, title, reason, member, branch } = form
  const whom =
    nomineeOf(form) === 'member' ? { member_id: member?.memberId } : { nominee_unit_id: branch?.id }
  return { unit_id: unitId, title, reason: reason.trim(), ...whom }
}

export function useNomination(done: (id: string) => void) {
  const units = computed(() => unitsFor(account.value, 'doWork'))
  const form = reactive<Nomination>({
    unitId: units.value[0]?.id ?? '',
    title: 'good_member',
    of: 'member',
    member: undefined,
    branch: undefined,
    reason: '',
  })
  const tried = ref(false)
  let attempt: { of: string; key: string } | undefined
  const send = useAction(async () => {
    const body = requestOf(form)
    const of = JSON.stringify(body)
    if (attempt?.of !== of) attempt = { of, key: newId(Date.now()) }
    const params = { header: { 'Idempotency-Key': attempt.key } }
    const { id } = await ok(officer.POST('/api/v1/commendations', { params, body }))
    toast(t('sent'))
    done(id)
  })
  const lacks = computed<Record<string, boolean>>(() => ({
    '/member_id': nomineeOf(form) === 'member' && !form.member,
    '/nominee_unit_id': nomineeOf(form) === 'branch' && !form.branch,
    '/reason': !form.reason.trim(),
  }))
  const fault = (pointer: '/member_id' | '/nominee_unit_id' | '/reason' | '/unit_id') =>
    tried.value && lacks.value[pointer] ? t('missing') : fieldText(send.error.value, pointer)

  async function submit(): Promise<void> {
    tried.value = true
    if (!Object.values(lacks.value).some(Boolean) && (await send.run())) return
    await nextTick()
    document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }
  return { units, form, send, fault, submit }
}
