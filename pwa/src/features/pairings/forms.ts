/** Recording a pair, a case, or what was given. */
import { reactive, shallowRef } from 'vue'
import { useRoute } from 'vue-router'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { unitChoice, type UnitChoice } from '@/api/directory'
import type { MemberChoice } from '@/api/member-search'
import { unitsFor } from '@/api/roles'
import type { Aid, AidKind, CaseSubject, HelpCase, NewAid, NewPairing, Pairing } from '@/api/types'
import { chinaDay } from '@/shared/export/export'
import { useAction } from '@/shared/ui/action'
import { useForm, type Lacks } from '@/shared/ui/form'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

function useUnit() {
  const [own] = unitsFor(account.value, 'doWork')
  return shallowRef<UnitChoice | undefined>(own && unitChoice(own))
}
const today = () => chinaDay(new Date())
const missing = (text: string) => (text.trim() ? undefined : t('missing'))

/** Who is helped: a member, or somebody who has no record. */
export type Whom = 'member' | 'other'

export interface PairDraft {
  unitId: string
  helperIs: 'member' | 'unit'
  helperId: string
  helperUnitId: string
  helpedIs: 'member' | 'household'
  helpedId: string
  helpedName: string
  since: string
}

export function pairBody(draft: PairDraft): NewPairing {
  return {
    unit_id: draft.unitId,
    since: draft.since,
    ...(draft.helperIs === 'member' ? { helper_id: draft.helperId } : { helper_unit_id: draft.helperUnitId }),
    ...(draft.helpedIs === 'member'
      ? { helped_id: draft.helpedId }
      : { helped_name: draft.helpedName.trim() }),
  }
}

export function pairLacks(draft: PairDraft): Lacks {
  return {
    '/unit_id': draft.unitId ? undefined : t('unitMissing'),
    '/helper_id': draft.helperIs === 'unit' || draft.helperId ? undefined : t('memberMissing'),
    '/helper_unit_id': draft.helperIs === 'member' || draft.helperUnitId ? undefined : t('unitMissing'),
    '/helped_id': draft.helpedIs === 'household' || draft.helpedId ? undefined : t('memberMissing'),
    '/helped_name': draft.helpedIs === 'member' ? undefined : missing(draft.helpedName),
    '/since': missing(draft.since),
  }
}

export function usePairForm(done: (pair: Pairing) => void) {
  const unit = useUnit()
  const helper = shallowRef<MemberChoice>()
  const helperUnit = shallowRef<UnitChoice>()
  const helped = shallowRef<MemberChoice>()
  const form = reactive({
    helperIs: 'member' as PairDraft['helperIs'],
    helpedIs: 'member' as PairDraft['helpedIs'],
    helpedName: '',
    since: today(),
  })
  const draft = (): PairDraft => ({
    ...form,
    unitId: unit.value?.id ?? '',
    helperId: helper.value?.memberId ?? '',
    helperUnitId: helperUnit.value?.id ?? '',
    helpedId: helped.value?.memberId ?? '',
  })
  const key = crypto.randomUUID()
  const save = useAction(async () => {
    const params = { header: { 'Idempotency-Key': key } }
    const pair = await ok(officer.POST('/api/v1/pairings', { params, body: pairBody(draft()) }))
    toast(t('saved'))
    done(pair)
  })
  return { unit, helper, helperUnit, helped, form, save, ...useForm(() => pairLacks(draft()), save) }
}

/** The pair or the case that an address names, from whose page one came. */
function useOrigin() {
  const { pair, case: helpCase } = useRoute().query
  const pairId = typeof pair === 'string' ? pair : undefined
  const caseId = typeof helpCase === 'string' ? helpCase : undefined
  const origin = useLoad(async () => ({
    pair: pairId
      ? await ok(officer.GET('/api/v1/pairings/{id}', { params: { path: { id: pairId } } }))
      : undefined,
    helpCase: caseId
      ? await ok(officer.GET('/api/v1/cases/{id}', { params: { path: { id: caseId } } }))
      : undefined,
  }))
  return { pairId, caseId, origin }
}

export function useCaseForm(done: (helpCase: HelpCase) => void) {
  const { pairId, origin } = useOrigin()
  const unit = useUnit()
  const member = shallowRef<MemberChoice>()
  const form = reactive({
    whom: 'member' as Whom,
    about: 'livelihood' as CaseSubject,
    note: '',
    openedOn: today(),
  })
  const key = crypto.randomUUID()
  const save = useAction(async () => {
    const params = { header: { 'Idempotency-Key': key } }
    const own = form.whom === 'member' ? { member_id: member.value?.memberId } : {}
    const body = {
      unit_id: origin.data.value?.pair?.unit.id ?? unit.value?.id ?? '',
      about: form.about,
      note: form.note,
      opened_on: form.openedOn,
      ...(pairId ? { pair_id: pairId } : own),
    }
    const opened = await ok(officer.POST('/api/v1/cases', { params, body }))
    toast(t('saved'))
    done(opened)
  })
  const lacks = (): Lacks => ({
    '/unit_id': pairId || unit.value ? undefined : t('unitMissing'),
    '/member_id': pairId || form.whom === 'other' || member.value ? undefined : t('memberMissing'),
    '/note': missing(form.note),
    '/opened_on': missing(form.openedOn),
  })
  return { pairId, origin, unit, member, form, save, ...useForm(lacks, save) }
}

/** `12.5` → 1250 fen; nothing for what is no amount above zero. */
export function fenOf(yuan: string): number | undefined {
  const found = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(yuan.trim())
  if (!found) return undefined
  const fen = Number(found[1]) * 100 + Number((found[2] ?? '').padEnd(2, '0'))
  return fen > 0 ? fen : undefined
}

export function useAidForm(done: (aid: Aid) => void) {
  const { pairId, caseId, origin } = useOrigin()
  const unit = useUnit()
  const member = shallowRef<MemberChoice>()
  const form = reactive({
    whom: 'member' as Whom,
    kind: 'money' as AidKind,
    yuan: '',
    what: '',
    givenOn: today(),
  })
  const key = crypto.randomUUID()
  const save = useAction(async () => {
    const params = { header: { 'Idempotency-Key': key } }
    const from = origin.data.value?.pair ?? origin.data.value?.helpCase
    const body: NewAid = {
      unit_id: from?.unit.id ?? unit.value?.id ?? '',
      pair_id: pairId,
      case_id: caseId,
      member_id: from || form.whom === 'other' ? undefined : member.value?.memberId,
      given_on: form.givenOn,
      kind: form.kind,
      amount_fen: fenOf(form.yuan) ?? 0,
      what: form.kind === 'in_kind' ? form.what.trim() : undefined,
    }
    const aid = await ok(officer.POST('/api/v1/aid', { params, body }))
    toast(t('saved'))
    done(aid)
  })
  const lacks = (): Lacks => ({
    '/unit_id': pairId || caseId || unit.value ? undefined : t('unitMissing'),
    '/member_id': pairId || caseId || form.whom === 'other' || member.value ? undefined : t('memberMissing'),
    '/amount_fen': fenOf(form.yuan) ? undefined : t('amountWrong'),
    '/what': form.kind === 'money' ? undefined : missing(form.what),
    '/given_on': missing(form.givenOn),
  })
  return { pairId, caseId, origin, unit, member, form, save, ...useForm(lacks, save) }
}
