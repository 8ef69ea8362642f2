/** One unit: a new one under its parent, or changes to one that is there. */
import { computed, nextTick, reactive, ref } from 'vue'
import { officer, ok, okWithTag } from '@/api/client'
import type { Unit, UnitInput, UnitKind } from '@/api/types'
import { fieldText } from '@/shared/field-text'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

const BELOW: Record<UnitKind | 'top', UnitKind[]> = {
  top: ['committee', 'department', 'general_branch', 'branch'],
  department: ['branch', 'general_branch', 'committee', 'department', 'liaison_office'],
  committee: ['general_branch', 'branch', 'committee', 'department', 'liaison_office'],
  general_branch: ['branch', 'group'],
  branch: ['group'],
  group: [],
  liaison_office: [],
}

/** The kinds that may stand under a parent; the server holds the rule. */
export const kindsBelow = (parent: UnitKind | undefined): UnitKind[] => BELOW[parent ?? 'top']

export interface UnitDraft {
  kind: UnitKind
  name: string
  divisionCode: string
  address: string
  contactName: string
  contactPhone: string
  termStart: string
  termYears: number
  cardTitle: string
}

export function draftOf(unit?: Unit, kind: UnitKind = 'branch'): UnitDraft {
  return {
    kind: unit?.kind ?? kind,
    name: unit?.name ?? '',
    divisionCode: unit?.division_code ?? '',
    address: unit?.address ?? '',
    contactName: unit?.contact?.name ?? '',
    contactPhone: unit?.contact?.phone ?? '',
    termStart: unit?.term?.started_on ?? '',
    termYears: unit?.term?.years ?? 3,
    cardTitle: unit?.card_title ?? '',
  }
}

/** What is left empty is cleared on a change, and left out of a new unit. */
function fieldsOf(draft: UnitDraft) {
  const contact = draft.contactName.trim() || draft.contactPhone.trim()
  return {
    name: draft.name.trim(),
    division_code: draft.divisionCode.trim() || null,
    address: draft.address.trim() || null,
    contact: contact ? { name: draft.contactName.trim(), phone: draft.contactPhone.trim() } : null,
    term: draft.termStart ? { started_on: draft.termStart, years: draft.termYears } : null,
    card_title: draft.cardTitle.trim() || null,
  }
}

export function newUnit(draft: UnitDraft, parentId: string | undefined): UnitInput {
  const given = Object.entries(fieldsOf(draft)).filter(([, value]) => value !== null)
  return { kind: draft.kind, parent_id: parentId, ...Object.fromEntries(given) } as UnitInput
}

/** Only what differs, so that two people who edit different things do not undo each other. */
export function changesOf(draft: UnitDraft, before: Unit) {
  const was: Record<string, unknown> = fieldsOf(draftOf(before))
  const changed = Object.entries(fieldsOf(draft)).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(was[key]),
  )
  return Object.fromEntries(changed) as Partial<ReturnType<typeof fieldsOf>>
}

export function useUnitForm(id: string | undefined, parentId: string | undefined, done: () => void) {
  const draft = reactive(draftOf())
  const tag = ref('')
  const missing = ref(false)
  const key = crypto.randomUUID()

  const original = useLoad(async () => {
    const params = (of: string) => ({ params: { path: { id: of } } })
    if (!id) {
      const parent = parentId ? await ok(officer.GET('/api/v1/units/{id}', params(parentId))) : undefined
      Object.assign(draft, draftOf(undefined, kindsBelow(parent?.kind)[0]))
      return { parent, unit: undefined }
    }
    const { body, etag } = await okWithTag(officer.GET('/api/v1/units/{id}', params(id)))
    tag.value = etag
    Object.assign(draft, draftOf(body))
    return { parent: undefined, unit: body }
  })

  const save = useAction(async () => {
    const before = original.data.value?.unit
    if (before) {
      const params = { path: { id: before.id }, header: { 'If-Match': tag.value } }
      await ok(officer.PATCH('/api/v1/units/{id}', { params, body: changesOf(draft, before) }))
      toast(t('saved'))
    } else {
      const params = { header: { 'Idempotency-Key': key } }
      await ok(officer.POST('/api/v1/units', { params, body: newUnit(draft, parentId) }))
      toast(t('created'))
    }
    done()
  })
  const changed = computed(() => save.error.value instanceof Problem && save.error.value.code === 'changed')
  const fault = (pointer: string) =>
    pointer === '/name' && missing.value ? t('missing') : fieldText(save.error.value, pointer)

  async function submit(): Promise<void> {
    missing.value = !draft.name.trim()
    if (!missing.value && (await save.run())) return
    await nextTick()
    document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }
  return { draft, original, save, changed, fault, submit }
}
