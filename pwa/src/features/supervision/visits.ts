/** Visits: the list, one of them, and how one is written down. */
import { computed, nextTick, reactive, ref, shallowRef, watch } from 'vue'
import { officer, ok } from '@/api/client'
import { unitSearch, type UnitChoice } from '@/api/directory'
import type { Visit } from '@/api/types'
import { useWithin } from '@/api/within'
import { fieldText } from '@/shared/field-text'
import { newId } from '@/shared/ids'
import { Problem } from '@/shared/problem'
import { useQueryPart } from '@/shared/query'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export type Finding = Visit['findings'][number]
const two = (value: number) => String(value).padStart(2, '0')
const dayOf = (at: Date) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`

/** How many problems wait for the unit. */
export const waiting = ({ findings }: Pick<Visit, 'findings'>): number =>
  findings.filter((one) => one.kind === 'problem' && !one.answered_at).length

/** What a line of the list says about the problems of a visit. */
export function problemsText(visit: Pick<Visit, 'findings'>): string {
  const all = visit.findings.filter(({ kind }) => kind === 'problem').length
  const open = waiting(visit)
  if (open > 0) return t('problems', { open: String(open) })
  return all > 0 ? t('answered', { all: String(all) }) : t('noProblems')
}

export function useVisits(now = new Date()) {
  const within = useWithin()
  const state = useQueryPart('state')
  const group = useQueryPart('group_id')
  const list = useList<Visit>((cursor) => {
    const query = {
      ...within.query.value,
      state: (state.value || undefined) as Visit['state'] | undefined,
      group_id: group.value || undefined,
      limit: 30,
      cursor,
    }
    return ok(officer.GET('/api/v1/visits', { params: { query } }))
  })
  watch([within.query, state, group], list.reload)
  /** The groups for which this account visits today: whoever comes here to write one down need not look for them. */
  const own = useLoad(async () => {
    const query = { in_force_on: dayOf(now), limit: 200 }
    const { items } = await ok(officer.GET('/api/v1/supervision-groups', { params: { query } }))
    return items.filter(({ actions }) => actions.includes('visit'))
  })
  return { within, state, group, list, own }
}

export function useVisit(id: string) {
  const params = { path: { id } }
  const visit = useLoad(() => ok(officer.GET('/api/v1/visits/{id}', { params })))
  async function step(answer: Promise<Visit>, said: string): Promise<void> {
    try {
      visit.data.value = await answer
      toast(said)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'wrong_state') throw error
      toast(t('closedElsewhere'), 'info')
      await visit.reload()
    }
  }
  const under = ref(0)
  const answer = useAction((text: string) =>
    step(
      ok(
        officer.POST('/api/v1/visits/{id}/answer', { params, body: { finding: under.value, answer: text } }),
      ),
      t('answerDone'),
    ),
  )
  const close = useAction((reason?: string) =>
    step(ok(officer.POST('/api/v1/visits/{id}/close', { params, body: { reason } })), t('closed')),
  )
  return { visit, under, answer, close }
}

interface FindingForm {
  kind: Finding['kind']
  text: string
  dueOn: string
}

export interface VisitForm {
  unitId: string
  visitedOn: string
  findings: FindingForm[]
}

export const newFinding = (): FindingForm => ({ kind: 'problem', text: '', dueOn: '' })

/** The findings to send: a day goes with problems only. */
export const findingsOf = (form: Pick<VisitForm, 'findings'>) =>
  form.findings.map(({ kind, text, dueOn }) => ({
    kind,
    text: text.trim(),
    due_on: (kind === 'problem' && dueOn) || undefined,
  }))

export function useVisitForm(groupId: string, done: (id: string) => void, now = new Date()) {
  const path = { id: groupId }
  const group = useLoad(async () => {
    const found = await ok(officer.GET('/api/v1/supervision-groups/{id}', { params: { path } }))
    if (!form.unitId) form.unitId = found.units[0]?.id ?? ''
    return found
  })
  const form = reactive<VisitForm>({
    unitId: '',
    visitedOn: dayOf(now),
    findings: [newFinding()],
  })
  /** The unit below the assigned one that was visited, where it was not that one itself. */
  const below = shallowRef<UnitChoice>()
  const assigned = computed(() => group.data.value?.units.find(({ id }) => id === form.unitId))
  const searchBelow = computed(() => {
    const { id, kind } = assigned.value ?? {}
    return id && kind !== 'branch' ? unitSearch({ within: id }) : undefined
  })
  watch(
    () => form.unitId,
    () => (below.value = undefined),
  )
  const tried = ref(false)
  let attempt: { of: string; key: string } | undefined
  const save = useAction(async () => {
    const body = {
      group_id: groupId,
      unit_id: below.value?.id ?? form.unitId,
      visited_on: form.visitedOn,
      findings: findingsOf(form),
    }
    const of = JSON.stringify(body)
    if (attempt?.of !== of) attempt = { of, key: newId(Date.now()) }
    const params = { header: { 'Idempotency-Key': attempt.key } }
    const { id } = await ok(officer.POST('/api/v1/visits', { params, body }))
    toast(t('submitted'))
    done(id)
  })
  const complete = computed(() => form.visitedOn && form.findings.every(({ text }) => text.trim()))
  const fault = (pointer: string) => fieldText(save.error.value, pointer)
  const textFault = (n: number) =>
    tried.value && !form.findings[n]?.text.trim() ? t('missing') : fault(`/findings/${n}/text`)

  async function submit(): Promise<void> {
    tried.value = true
    if (complete.value && (await save.run())) return
    await nextTick()
    document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }
  return { group, form, below, searchBelow, save, fault, textFault, submit }
}
