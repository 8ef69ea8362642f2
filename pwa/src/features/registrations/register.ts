/** Filing a registration, in three short steps: the person, the stay, the consent. */
import { computed, nextTick, ref } from 'vue'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { unitChoice, type UnitChoice } from '@/api/directory'
import { unitsFor } from '@/api/roles'
import type { FlowReason, Membership, Registration, RegistrationInput } from '@/api/types'
import { fieldText } from '@/shared/field-text'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { readIdNumber, tidyIdNumber } from './id-number'
import { t } from './register-messages'

/** Changes with the text that the person agrees to. */
export const CONSENT_VERSION = '2026-1'
export const STEPS = ['person', 'stay', 'consent'] as const

export interface Draft {
  name: string
  idNumber: string
  phone: string
  joinedOn: string
  membership: Membership
  retired: boolean
  employer: string
  address: string
  filedBy: 'host' | 'home'
  home?: UnitChoice
  host?: UnitChoice
  reason: FlowReason
  startedOn: string
  agreed: boolean
}

/** Under the pointers of the server's problem, so that one lookup finds both kinds of fault. */
export type Faults = Partial<Record<string, string>>

/** The calendar day where the person is. */
export function today(now = new Date()): string {
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((n) => String(n).padStart(2, '0'))
    .join('-')
}

function idFault(idNumber: string): string | undefined {
  switch (readIdNumber(idNumber)) {
    case 'length':
      return idNumber.trim() ? t('idLength', { count: tidyIdNumber(idNumber).length }) : t('missing')
    case 'characters':
      return t('idCharacters')
    case 'birth_date':
      return t('idBirth')
    case 'check':
      return t('idCheck')
    default:
      return undefined
  }
}

/** What can be said before the server is asked. It only helps; the server decides. */
export function faultsOf(draft: Draft, step: number, now = new Date()): Faults {
  const missing = (text?: string) => (text?.trim() ? undefined : t('missing'))
  const day = (date: string) => missing(date) ?? (date > today(now) ? t('dateFault') : undefined)
  const facts = readIdNumber(draft.idNumber)
  const tooEarly =
    typeof facts === 'object' && draft.joinedOn <= facts.birthDate ? t('joinedFault') : undefined
  const faults: Faults[] = [
    {
      '/person/name': missing(draft.name),
      '/person/id_number': idFault(draft.idNumber),
      '/person/phone': /^1[3-9]\d{9}$/.test(tidyPhone(draft.phone)) ? undefined : t('phoneFault'),
      '/person/joined_on': day(draft.joinedOn) ?? tooEarly,
    },
    {
      '/home_unit_id': missing(draft.home?.id),
      '/host_unit_id': missing(draft.host?.id),
      '/started_on': missing(draft.startedOn),
    },
    { '/consent': draft.agreed ? undefined : t('agreeMissing') },
  ]
  return Object.fromEntries(Object.entries(faults[step] ?? {}).filter(([, text]) => text))
}

export function tidyPhone(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s-]/g, '')
    .replace(/^\+?86(?=1\d{10}$)/, '')
}

export function requestOf(draft: Draft, now = new Date()): RegistrationInput {
  const facts = readIdNumber(draft.idNumber)
  if (typeof facts === 'string' || !draft.home || !draft.host) throw new Error('the draft is not complete')
  return {
    filed_by: draft.filedBy,
    home_unit_id: draft.home.id,
    host_unit_id: draft.host.id,
    flow_reason: draft.reason,
    started_on: draft.startedOn,
    person: {
      name: draft.name.trim(),
      gender: facts.gender,
      birth_date: facts.birthDate,
      id_number: tidyIdNumber(draft.idNumber),
      phone: tidyPhone(draft.phone),
      joined_on: draft.joinedOn,
      membership: draft.membership,
      retired: draft.retired,
      employer: draft.employer.trim() || undefined,
      address: draft.address.trim() || undefined,
    },
    consent: { version: CONSENT_VERSION, given_on: today(now) },
  }
}

/** The step on which a pointer of the server's problem is asked. */
export function stepOf(pointer: string): number {
  if (pointer.startsWith('/person')) return 0
  return pointer.startsWith('/consent') ? 2 : 1
}

function emptyDraft(): Draft {
  const [ours] = unitsFor(account.value, 'register')
  const fromHome = ours?.kind === 'department'
  return {
    name: '',
    idNumber: '',
    phone: '',
    joinedOn: '',
    membership: 'full',
    retired: false,
    employer: '',
    address: '',
    filedBy: fromHome ? 'home' : 'host',
    // A branch registers for itself; a committee or department picks the branch.
    home: undefined,
    host: ours && !fromHome && ours.kind !== 'committee' ? unitChoice(ours) : undefined,
    reason: 'employment',
    startedOn: today(),
    agreed: false,
  }
}

export function useRegister() {
  const draft = ref(emptyDraft())
  const step = ref(0)
  const tried = ref(false)
  const done = ref<Registration>()
  // One key for one draft: pressing twice, or again after a broken connection, files once.
  let key = crypto.randomUUID()

  const save = useAction(async () => {
    const headers = { 'Idempotency-Key': key }
    done.value = await ok(
      officer.POST('/api/v1/registrations', { params: { header: headers }, body: requestOf(draft.value) }),
    )
  })

  const own = computed(() => (tried.value ? faultsOf(draft.value, step.value) : {}))
  /** The fault under one field: ours at once, the server's after sending. */
  const fault = (pointer: string) => own.value[pointer] ?? fieldText(save.error.value, pointer)

  const failure = computed(() => {
    const error = save.error.value
    if (!(error instanceof Problem)) return undefined
    if (error.code === 'open_registration_exists') return t('exists')
    return error.code === 'person_differs' ? t('differs') : undefined
  })

  async function forward(): Promise<void> {
    tried.value = true
    if (Object.keys(own.value).length > 0) return showFirstFault()
    if (step.value < STEPS.length - 1) return go(step.value + 1)
    if (await save.run()) return
    const error = save.error.value
    if (!(error instanceof Problem)) return
    // What was refused is sent again with other content, which needs a key of its own.
    if (!error.temporary) key = crypto.randomUUID()
    if (error.errors.length > 0) {
      step.value = Math.min(...error.errors.map(({ pointer }) => stepOf(pointer)))
      await showFirstFault()
    }
  }

  function go(to: number): void {
    step.value = to
    tried.value = false
    void nextTick(() => document.querySelector<HTMLElement>('#step')?.focus())
  }

  function startAgain(): void {
    draft.value = emptyDraft()
    key = crypto.randomUUID()
    save.clear()
    done.value = undefined
    go(0)
  }

  return { draft, step, save, failure, fault, forward, go, done, startAgain }
}

async function showFirstFault(): Promise<void> {
  await nextTick()
  document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
}
