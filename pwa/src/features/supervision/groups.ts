/** Supervision groups and liaison officers: the list, one of them, and how it is made and adjusted. */
import { computed, nextTick, reactive, ref, watch } from 'vue'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { unitChoice, type UnitChoice } from '@/api/directory'
import { may, unitsFor } from '@/api/roles'
import type { SupervisionGroup } from '@/api/types'
import { useWithin } from '@/api/within'
import { fieldText } from '@/shared/field-text'
import { newId } from '@/shared/ids'
import { term } from '@/shared/i18n/terms'
import { Problem } from '@/shared/problem'
import { useQueryPart } from '@/shared/query'
import { useAction } from '@/shared/ui/action'
import type { Choice } from '@/shared/ui/choices'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export const KINDS: SupervisionGroup['kind'][] = ['supervision_group', 'liaison']

export function useGroups() {
  const within = useWithin()
  const kind = useQueryPart('kind')
  // The report leads here by it.
  const inForceOn = useQueryPart('in_force_on')
  const list = useList<SupervisionGroup>((cursor) => {
    const query = {
      ...within.query.value,
      kind: (kind.value || undefined) as SupervisionGroup['kind'] | undefined,
      in_force_on: inForceOn.value || undefined,
      limit: 30,
      cursor,
    }
    return ok(officer.GET('/api/v1/supervision-groups', { params: { query } }))
  })
  watch([within.query, kind, inForceOn], list.reload)
  const leads = computed(() => may(account.value, 'leadWork'))
  return { within, kind, list, leads }
}

export function useGroup(id: string) {
  const params = { path: { id } }
  const group = useLoad(() => ok(officer.GET('/api/v1/supervision-groups/{id}', { params })))
  const ending = ref(false)
  const end = useAction(async () => {
    group.data.value = await ok(officer.POST('/api/v1/supervision-groups/{id}/end', { params }))
    ending.value = false
    toast(t('ended'))
  })
  return { group, ending, end }
}

export interface GroupForm {
  unitId: string
  kind: SupervisionGroup['kind']
  name: string
  members: Choice[]
  units: UnitChoice[]
  from: string
  until: string
}

/** What has to be filled in, by field. */
export function missingIn(form: GroupForm): string[] {
  return [
    !form.name.trim() && '/name',
    form.members.length === 0 && '/members',
    form.units.length === 0 && '/units',
    !form.until && '/until',
  ].filter((field) => field !== false)
}

export function useGroupForm(id: string | undefined, done: (id: string) => void) {
  const senders = computed(() => unitsFor(account.value, 'leadWork'))
  const form = reactive<GroupForm>({
    unitId: senders.value[0]?.id ?? '',
    kind: 'supervision_group',
    name: '',
    members: [],
    units: [],
    from: '',
    until: '',
  })
  const version = ref(0)
  const tried = ref(false)
  const key = newId(Date.now())
  const original = useLoad(async () => {
    if (!id) return null
    const found = await ok(officer.GET('/api/v1/supervision-groups/{id}', { params: { path: { id } } }))
    version.value = found.version
    Object.assign(form, {
      unitId: found.unit.id,
      kind: found.kind,
      name: found.name,
      members: found.members.map((one) => ({ id: one.id, text: one.username })),
      units: found.units.map(unitChoice),
      from: found.from,
      until: found.until,
    })
    return found
  })

  /** A search for UiPicks among those who hold a duty at or below the sending unit. */
  async function candidates(text: string): Promise<Choice[]> {
    const query = { unit_id: form.unitId, q: text || undefined, limit: 30 }
    const { items } = await ok(officer.GET('/api/v1/supervision-groups/candidates', { params: { query } }))
    return items.map((one) => ({
      id: one.id,
      text: one.username,
      note: one.roles.map(({ role, unit }) => `${term(`role.${role}`)} · ${unit.name}`).join('；'),
    }))
  }

  const save = useAction(async () => {
    const { unitId, kind, from, until } = form
    const name = form.name.trim()
    const ids = { members: form.members.map((one) => one.id), units: form.units.map((one) => one.id) }
    if (!id) {
      const params = { header: { 'Idempotency-Key': key } }
      const body = { unit_id: unitId, kind, name, ...ids, from: from || undefined, until }
      const made = await ok(officer.POST('/api/v1/supervision-groups', { params, body }))
      toast(t('saved'))
      return done(made.id)
    }
    const params = { path: { id }, header: { 'If-Match': `"${version.value}"` } }
    await ok(officer.PATCH('/api/v1/supervision-groups/{id}', { params, body: { name, ...ids, until } }))
    toast(t('saved'))
    done(id)
  })
  const changed = computed(() => save.error.value instanceof Problem && save.error.value.code === 'changed')
  /** One bad entry of a list is told at the list. */
  const ofList = (pointer: string) => {
    const error = save.error.value
    const found =
      error instanceof Problem ? error.errors.find((one) => one.pointer.startsWith(pointer)) : undefined
    return found && fieldText(error, found.pointer)
  }
  const fault = (pointer: '/name' | '/members' | '/units' | '/from' | '/until') =>
    tried.value && missingIn(form).includes(pointer) ? t('missing') : ofList(pointer)

  async function submit(): Promise<void> {
    tried.value = true
    if (missingIn(form).length === 0 && (await save.run())) return
    await nextTick()
    document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }
  return { senders, form, original, candidates, save, changed, fault, submit }
}
