/** Finding a unit by the beginning of its name, for every form and filter that asks for one. */
import { term } from '@/shared/i18n/terms'
import { officer, ok } from './client'
import type { UnitKind, UnitRef } from './types'

export interface UnitChoice {
  id: string
  text: string
  note: string
  unit: UnitRef
}

export function unitChoice(unit: UnitRef): UnitChoice {
  return { id: unit.id, text: unit.name, note: term(`unit.${unit.kind}`), unit }
}

/** A search for UiCombobox; `mine` keeps to what lies below the caller's own units, `within` to one unit and all below it. */
export function unitSearch(filter: { kinds?: UnitKind[]; mine?: boolean; within?: string } = {}) {
  return async (text: string): Promise<UnitChoice[]> => {
    const query = {
      q: text || undefined,
      mine: filter.mine,
      unit_id: filter.within,
      limit: filter.kinds ? 100 : 30,
    }
    const { items } = await ok(officer.GET('/api/v1/units', { params: { query } }))
    return items.filter(({ kind }) => !filter.kinds || filter.kinds.includes(kind)).map(unitChoice)
  }
}
