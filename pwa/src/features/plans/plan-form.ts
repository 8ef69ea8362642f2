/** Writing a plan: phases and targets, each a line of the form. */
import { computed, reactive, ref } from 'vue'
import { account } from '@/api/account'
import { officer, ok, okWithTag } from '@/api/client'
import { unitsFor } from '@/api/roles'
import type {
  DocumentKind,
  EventKind,
  NewPlan,
  Plan,
  PlanCategory,
  PlanMeasure,
  PlanTarget,
} from '@/api/types'
import { newId } from '@/shared/ids'
import { useAction } from '@/shared/ui/action'
import { useForm, type Lacks } from '@/shared/ui/form'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export const CATEGORIES: PlanCategory[] = ['all', 'full', 'probationary', 'retired', 'leader']
export const MEASURES: PlanMeasure[] = ['sessions', 'hours', 'document']
export const DOCUMENT_KINDS: DocumentKind[] = [
  'reading_notes',
  'summary',
  'party_spirit_analysis',
  'reflections',
  'thought_report',
  'other',
]
/** What counts as study where a target does not say otherwise; the server's own list. */
export const STUDY: EventKind[] = [
  'collective_study',
  'lecture',
  'mobilisation_report',
  'discussion',
  'theme_day',
  'practice',
]
export const MOST_PHASES = 8
export const MOST_TARGETS = 30

export interface TargetLine {
  category: PlanCategory
  measure: PlanMeasure
  kinds: EventKind[]
  documentKind: DocumentKind
  least: string
  leastLength: string
  together: boolean
  /** The number of the phase; 0: the whole plan. */
  phase: number
}
export interface PhaseLine {
  name: string
  from: string
  to: string
}
export interface PlanDraft {
  unitId: string
  title: string
  phases: PhaseLine[]
  targets: TargetLine[]
}

export const newTarget = (): TargetLine => ({
  category: 'all',
  measure: 'sessions',
  kinds: [],
  documentKind: 'reading_notes',
  least: '1',
  leastLength: '',
  together: false,
  phase: 0,
})

export const newDraft = (unitId: string): PlanDraft => ({
  unitId,
  title: '',
  phases: [{ name: t('firstPhase'), from: '', to: '' }],
  targets: [newTarget()],
})

export const draftOf = (plan: Plan): PlanDraft => ({
  unitId: plan.unit.id,
  title: plan.title,
  phases: plan.phases.map(({ name, from, to }) => ({ name, from, to })),
  targets: plan.targets.map((target) => ({
    category: target.category,
    measure: target.measure,
    kinds: target.kinds ?? [],
    documentKind: target.document_kind ?? 'reading_notes',
    least: String(target.least),
    leastLength: target.least_length ? String(target.least_length) : '',
    together: target.together ?? false,
    phase: target.phase ?? 0,
  })),
})

/** Of a line only what belongs to its measure. */
export function targetOf(line: TargetLine): PlanTarget {
  const phase = line.phase || undefined
  const plain = { category: line.category, measure: line.measure, least: Number(line.least), phase }
  if (line.measure !== 'document') return { ...plain, kinds: line.kinds }
  const length = Number(line.leastLength)
  return {
    ...plain,
    document_kind: line.documentKind,
    least_length: length > 0 ? length : undefined,
    together: line.together,
  }
}

export const requestOf = (draft: PlanDraft): NewPlan => ({
  unit_id: draft.unitId,
  title: draft.title.trim(),
  phases: draft.phases.map(({ name, from, to }) => ({ name: name.trim(), from, to })),
  targets: draft.targets.map(targetOf),
})

/** A phase that goes takes itself out of the targets; those behind it move up. */
export function removePhase(draft: PlanDraft, index: number): void {
  draft.phases.splice(index, 1)
  for (const target of draft.targets) {
    if (target.phase === index + 1) target.phase = 0
    else if (target.phase > index + 1) target.phase -= 1
  }
}

/** What is still empty, by field. */
export function lacksOf(draft: PlanDraft): Lacks {
  const missing = (text: string) => (text.trim() ? undefined : t('missing'))
  const phases = draft.phases.flatMap((phase, n) =>
    (['name', 'from', 'to'] as const).map((field) => [`/phases/${n}/${field}`, missing(phase[field])]),
  )
  const targets = draft.targets.map(({ least }, n) => [`/targets/${n}/least`, missing(String(least))])
  return { '/title': missing(draft.title), ...Object.fromEntries([...phases, ...targets]) }
}

export function usePlanForm(id: string | undefined, done: (plan: Plan) => void) {
  const units = computed(() => unitsFor(account.value, 'doWork'))
  const draft = reactive(newDraft(units.value[0]?.id ?? ''))
  const tag = ref('')
  const key = newId(Date.now())
  const original = useLoad(async () => {
    if (!id) return null
    const { body, etag } = await okWithTag(officer.GET('/api/v1/plans/{id}', { params: { path: { id } } }))
    tag.value = etag
    Object.assign(draft, draftOf(body))
    return body
  })
  /** Once the plan runs, only the dates of its phases can be moved. */
  const datesOnly = computed(() => original.data.value?.state === 'running')

  const save = useAction(async () => {
    const request = requestOf(draft)
    if (!id) {
      const params = { header: { 'Idempotency-Key': key } }
      return done(await ok(officer.POST('/api/v1/plans', { params, body: request })))
    }
    const params = { path: { id }, header: { 'If-Match': tag.value } }
    const { title, phases, targets } = request
    const body = datesOnly.value ? { phases } : { title, phases, targets }
    const saved = await ok(officer.PATCH('/api/v1/plans/{id}', { params, body }))
    toast(t('saved'))
    done(saved)
  })
  return { units, draft, original, datesOnly, save, ...useForm(() => lacksOf(draft), save) }
}
