/** The tree of the units within one's reach. */
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { useRoute } from 'vue-router'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { everywhere } from '@/api/roles'
import type { Unit, UnitKind } from '@/api/types'
import { useLoad } from '@/shared/ui/load'

/** The kinds that the report counts, each leading here. */
const COUNTED: UnitKind[] = ['committee', 'general_branch', 'branch']

export interface Node {
  unit: Unit
  depth: number
  open: boolean
  children: Node[]
}

/** The opened part of the tree as the lines that are drawn, in order. */
export function linesOf(nodes: Node[]): Node[] {
  return nodes.flatMap((node) => [node, ...(node.open ? linesOf(node.children) : [])])
}

/** The units within one's reach, as a tree: those whose parent is not among them stand at the top. */
export function treeOf(units: Unit[]): Node[] {
  const nodes = new Map(
    units.map((unit) => [unit.id, reactive<Node>({ unit, depth: 0, open: false, children: [] })]),
  )
  const tops: Node[] = []
  for (const node of nodes.values()) {
    const parent = node.unit.parent_id ? nodes.get(node.unit.parent_id) : undefined
    if (parent) parent.children.push(node)
    else tops.push(node)
  }
  setDepths(tops, 0)
  // The committee and what is its own before the many departments.
  const rank = ({ unit }: Node) => Number(unit.kind === 'department')
  return tops.sort((a, b) => rank(a) - rank(b))
}

function setDepths(nodes: Node[], depth: number): void {
  for (const node of nodes) {
    node.depth = depth
    setDepths(node.children, depth + 1)
  }
}

async function allUnits(narrow: { unit_id?: string; kind?: UnitKind; as_of?: string }): Promise<Unit[]> {
  const units: Unit[] = []
  let cursor: string | undefined
  do {
    const query = { mine: true, ...narrow, limit: 200, cursor }
    const page = await ok(officer.GET('/api/v1/units', { params: { query } }))
    units.push(...page.items)
    cursor = page.next_cursor ?? undefined
  } while (cursor)
  return units
}

export function useUnitTree() {
  const route = useRoute()
  const narrow = computed(() => {
    const { unit_id, kind, as_of } = route.query
    return {
      unit_id: typeof unit_id === 'string' ? unit_id : undefined,
      kind: COUNTED.find((known) => known === kind),
      as_of: typeof as_of === 'string' ? as_of : undefined,
    }
  })
  const roots = useLoad(async () => {
    const tops = treeOf(await allUnits(narrow.value))
    // With one top there is nothing else to look at than what is below it.
    if (tops.length === 1 && tops[0]) tops[0].open = true
    return tops
  })
  watch(narrow, () => route.path === '/units' && void roots.reload())
  const makesTops = computed(() => everywhere(account.value, 'administer'))

  const name = ref('')
  const found = shallowRef<Unit[]>()
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(name, (now) => {
    clearTimeout(timer)
    timer = setTimeout(() => void search(now.trim()), 250)
  })
  async function search(q: string): Promise<void> {
    if (!q) return void (found.value = undefined)
    const query = { q, mine: true, limit: 50 }
    const { items } = await ok(officer.GET('/api/v1/units', { params: { query } })).catch(() => ({
      items: [],
    }))
    if (name.value.trim() === q) found.value = items
  }
  return { roots, makesTops, name, found, narrow }
}
