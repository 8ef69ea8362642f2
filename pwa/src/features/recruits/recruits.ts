/** Recruits: the list, one of them with its next step, and recording a new one. */
import { computed, nextTick, reactive, ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { unitChoice, type UnitChoice } from '@/api/directory'
import type { MemberChoice } from '@/api/member-search'
import { may, unitsFor } from '@/api/roles'
import type { Recruit, RecruitStage } from '@/api/types'
import { useWithin } from '@/api/within'
import { fieldText } from '@/shared/field-text'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export const STAGES = ['applicant', 'activist', 'candidate', 'probationary', 'full'] as const
export type Stage = (typeof STAGES)[number]

export type Show = 'underWay' | 'members' | 'ended' | 'all'
const SHOWN: Record<Show, string | undefined> = {
  underWay: 'applicant,activist,candidate',
  members: 'probationary,full',
  ended: 'ended',
  all: undefined,
}

export function useRecruits() {
  const within = useWithin()
  const asked = useRoute().query.reached
  const reached = STAGES.find((stage) => stage === asked)
  const show = ref<Show>(reached || within.count.value > 0 ? 'all' : 'underWay')
  const list = useList<Recruit>((cursor) => {
    const query = { ...within.query.value, stage: SHOWN[show.value], reached, limit: 50, cursor }
    return ok(officer.GET('/api/v1/recruits', { params: { query } }))
  })
  watch([show, within.query], list.reload)
  return { within, reached, show, list, records: may(account.value, 'doWork') }
}

export function useRecruit(id: string) {
  const path = { id }
  const recruit = useLoad(() => ok(officer.GET('/api/v1/recruits/{id}', { params: { path } })))

  async function taking(step: Promise<Recruit>): Promise<void> {
    try {
      recruit.data.value = await step
      toast(t('done'))
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'wrong_state') throw error
      toast(t('elsewhere'), 'info')
      await recruit.reload()
    }
  }

  const advance = useAction((to: RecruitStage, on: string) =>
    taking(
      ok(
        officer.POST('/api/v1/recruits/{id}/advance', {
          params: { path },
          body: { to, on: on || undefined },
        }),
      ),
    ),
  )
  const stop = useAction((reason: string) =>
    taking(ok(officer.POST('/api/v1/recruits/{id}/stop', { params: { path }, body: { reason } }))),
  )
  const enrol = useAction((memberId: string) =>
    taking(
      ok(officer.POST('/api/v1/recruits/{id}/enrol', { params: { path }, body: { member_id: memberId } })),
    ),
  )
  return { recruit, advance, stop, enrol }
}

/** The stages that have a day, up to the last one; `undefined` where one between two is empty. */
export function stagesOf(days: Record<Stage, string>): { stage: Stage; on: string }[] | undefined {
  const filled = STAGES.filter((stage) => days[stage])
  const [first, last] = [filled[0], filled.at(-1)]
  if (!first || !last) return []
  const whole = STAGES.slice(STAGES.indexOf(first), STAGES.indexOf(last) + 1)
  if (whole.length !== filled.length) return undefined
  return filled.map((stage) => ({ stage, on: days[stage] }))
}

export function useRecruitForm(done: (recruit: Recruit) => void) {
  const own = unitsFor(account.value, 'doWork')
  const unit = shallowRef<UnitChoice | undefined>(own.length === 1 && own[0] ? unitChoice(own[0]) : undefined)
  const member = shallowRef<MemberChoice>()
  const who = ref<'person' | 'member'>('person')
  const name = ref('')
  const days = reactive<Record<Stage, string>>({
    applicant: '',
    activist: '',
    candidate: '',
    probationary: '',
    full: '',
  })
  const tried = ref(false)
  const key = crypto.randomUUID()

  const save = useAction(async () => {
    const params = { header: { 'Idempotency-Key': key } }
    const person =
      who.value === 'person' ? { name: name.value.trim() } : { member_id: member.value?.memberId ?? '' }
    const body = { unit_id: unit.value?.id ?? '', stages: stagesOf(days) ?? [], ...person }
    const recruit = await ok(officer.POST('/api/v1/recruits', { params, body }))
    toast(t('done'))
    done(recruit)
  })

  const lacking = computed((): Record<string, string | undefined> => {
    if (!tried.value) return {}
    const stages = stagesOf(days)
    return {
      '/unit_id': unit.value ? undefined : t('unitUnknown'),
      '/name': who.value === 'member' || name.value.trim() ? undefined : t('missing'),
      '/member_id': who.value === 'person' || member.value ? undefined : t('memberUnknown'),
      '/stages': !stages ? t('gap') : stages.length === 0 ? t('missing') : undefined,
    }
  })
  const fault = (pointer: string) => lacking.value[pointer] ?? fieldText(save.error.value, pointer)
  /** The server names a stage by its place in what was sent. */
  function stageFault(stage: Stage): string | undefined {
    const at = stagesOf(days)?.findIndex((one) => one.stage === stage) ?? -1
    return at < 0 ? undefined : fieldText(save.error.value, `/stages/${at}/on`)
  }

  async function submit(): Promise<void> {
    tried.value = true
    if (!Object.values(lacking.value).some(Boolean) && (await save.run())) return
    await nextTick()
    document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }
  return { unit, member, who, name, days, save, fault, stageFault, submit }
}
