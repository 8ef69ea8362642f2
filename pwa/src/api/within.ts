/** What a list of the units' work is narrowed to; it stands in the page's address, so that the report can lead there. */
import { computed, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { unitChoice, unitSearch, type UnitChoice } from './directory'
import { officer, ok } from './client'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export function useWithin() {
  const route = useRoute()
  const router = useRouter()
  const part = (name: string) =>
    computed({
      get: () => text(route.query[name]),
      set: (value: string) => void router.replace({ query: { ...route.query, [name]: value || undefined } }),
    })
  const unitId = part('unit_id')
  const from = part('from')
  const to = part('to')
  const unit = shallowRef<UnitChoice>()
  watch(
    unitId,
    async (id) => {
      if (!id) unit.value = undefined
      else if (unit.value?.id !== id) {
        const found = await ok(officer.GET('/api/v1/units/{id}', { params: { path: { id } } })).catch(
          () => undefined,
        )
        if (found && unitId.value === id) unit.value = unitChoice(found)
      }
    },
    { immediate: true },
  )
  watch(unit, (now) => {
    if ((now?.id ?? '') !== unitId.value) unitId.value = now?.id ?? ''
  })
  /** For the API: what is empty is left out. */
  const query = computed(() => ({
    unit_id: unitId.value || undefined,
    from: from.value || undefined,
    to: to.value || undefined,
  }))
  /** How many of the three narrow the list now. */
  const count = computed(() => Object.values(query.value).filter(Boolean).length)
  /** The units that a list can be narrowed to. */
  const search = unitSearch({ mine: true })
  return { unit, from, to, query, count, search }
}

export type Within = ReturnType<typeof useWithin>
