/** Importing members out of a sheet: choose it, have it checked, say what is unclear, confirm. */
import { computed, reactive, ref, shallowRef } from 'vue'
import { account } from '@/api/account'
import { unitChoice, type UnitChoice } from '@/api/directory'
import { importTemplate, sendImport, sheetWithRemarks, type ImportProgress } from '@/api/import-upload'
import { unitsFor } from '@/api/roles'
import type { FlowReason, ImportAnswer, ImportField, ImportRow } from '@/api/types'
import { languageTag } from '@/shared/i18n'
import { Problem, Unreachable } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { saveAs } from '@/shared/ui/blob'
import { t } from './messages'

/** The server takes no longer ones. */
const LONGEST = 20 * 1024 * 1024

export interface Draft {
  file?: File
  filedBy: 'host' | 'home'
  home?: UnitChoice
  host?: UnitChoice
  reason: FlowReason
  startedOn: string
  consentOn: string
  agreed: boolean
}

/** What a person says columns hold, by their letters; none: not used. */
export type Mapping = Record<string, ImportField | null>

export type Faults = Partial<Record<'file' | 'consentOn' | 'startedOn' | 'agreed', string>>

export function today(now = new Date()): string {
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((n) => String(n).padStart(2, '0'))
    .join('-')
}

export function faultsOf(draft: Draft, now = new Date()): Faults {
  const { file, consentOn } = draft
  const faults: Faults = {
    file: file ? (file.size > LONGEST ? t('tooLarge') : undefined) : t('fileMissing'),
    startedOn: draft.startedOn ? undefined : t('missing'),
    consentOn: consentOn ? (consentOn > today(now) ? t('dateFault') : undefined) : t('missing'),
    agreed: draft.agreed ? undefined : t('agreeMissing'),
  }
  return Object.fromEntries(Object.entries(faults).filter(([, text]) => text))
}

export function formOf(draft: Draft, mapping: Mapping, answer?: ImportAnswer): FormData {
  const form = new FormData()
  form.set('filed_by', draft.filedBy)
  if (draft.home) form.set('home_unit_id', draft.home.id)
  if (draft.host) form.set('host_unit_id', draft.host.id)
  form.set('flow_reason', draft.reason)
  form.set('started_on', draft.startedOn)
  form.set('consent_given_on', draft.consentOn)
  if (answer && Object.keys(mapping).length > 0) {
    form.set('mapping', JSON.stringify(mapping))
    // What was said is about these columns, of this sheet.
    form.set('header_row', String(answer.header_row))
    form.set('sheet', answer.sheet)
  }
  if (draft.file) form.set('file', draft.file)
  return form
}

/** What each column holds, as the person sees and changes it; a field stands in one column at most. */
export function mappingOf(answer: ImportAnswer): Mapping {
  return Object.fromEntries(answer.columns.map(({ column, field }) => [column, field ?? null]))
}

export function assign(mapping: Mapping, column: string, field: ImportField | null): Mapping {
  const others = Object.entries(mapping).map(([letters, held]) => [letters, held === field ? null : held])
  return { ...Object.fromEntries(others), [column]: field }
}

export type Show = 'refused' | 'remarked' | 'all'

export function shown(rows: ImportRow[], show: Show): ImportRow[] {
  if (show === 'all') return rows
  if (show === 'refused') return rows.filter(({ verdict }) => verdict === 'refused')
  return rows.filter(({ errors, remarks }) => errors.length + remarks.length > 0)
}

/** Why a file was not taken, in words; undefined where a general sentence says it. */
export function refusalText(error: unknown): string | undefined {
  if (!(error instanceof Problem)) return undefined
  if (error.code === 'too_large') return t('tooLarge')
  const code = error.field('/file')?.code ?? ''
  const name = `file.${code}` as const
  if (t.has(name)) return t(name)
  if (error.field('/home_unit_id')) return t('homeFault')
  if (error.field('/host_unit_id')) return t('hostFault')
  return error.code === 'not_found' ? t('outOfReach') : undefined
}

function emptyDraft(): Draft {
  const [ours] = unitsFor(account.value, 'register')
  const fromHome = ours?.kind === 'department'
  const own = ours && !['department', 'committee'].includes(ours.kind) ? unitChoice(ours) : undefined
  return {
    filedBy: fromHome ? 'home' : 'host',
    host: own,
    reason: 'other',
    startedOn: today(),
    consentOn: today(),
    agreed: false,
  }
}

export function useImport() {
  const draft = reactive(emptyDraft())
  const tried = ref(false)
  const answer = shallowRef<ImportAnswer>()
  const mapping = ref<Mapping>({})
  const progress = ref<ImportProgress>({ done: 0, total: 0 })
  const faults = computed(() => (tried.value ? faultsOf(draft) : {}))
  const done = computed(() => answer.value && !answer.value.dry_run && answer.value.counts.registered > 0)

  const send = useAction(async (how: { dryRun: boolean; partial?: boolean }) => {
    progress.value = { done: 0, total: 0 }
    const form = formOf(draft, mapping.value, answer.value)
    const told = (now: ImportProgress) => (progress.value = now)
    answer.value = await sendImport(form, { ...how, language: languageTag() }, told)
    mapping.value =
      answer.value.unsure || Object.keys(mapping.value).length > 0 ? mappingOf(answer.value) : {}
  })
  /** Nobody can know whether it was written: the file has to be checked again. */
  const unknown = computed(() => answer.value && send.error.value instanceof Unreachable)

  async function check(): Promise<void> {
    tried.value = true
    if (Object.keys(faults.value).length === 0) await send.run({ dryRun: true })
  }

  async function choose(file: File | undefined): Promise<void> {
    // Kept as it is now: what is imported is what was checked, though somebody goes on editing the file.
    const content = await file?.arrayBuffer().catch(() => undefined)
    draft.file = file && content ? new File([content], file.name) : undefined
    answer.value = undefined
    mapping.value = {}
    send.clear()
  }

  const remarks = useAction(async () => {
    const form = formOf(draft, mapping.value, answer.value)
    save(await sheetWithRemarks(form, languageTag()), t('remarksName'))
  })
  const template = useAction(async () => save(await importTemplate(languageTag()), t('templateName')))

  function startAgain(): void {
    void choose(undefined)
    draft.agreed = false
    tried.value = false
  }

  return {
    draft,
    faults,
    answer,
    mapping,
    progress,
    done,
    send,
    unknown,
    check,
    choose,
    remarks,
    template,
    startAgain,
  }
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  saveAs(url, name)
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
