import { expect, test } from 'vitest'
import type { Unit } from '@/api/types'
import { changesOf, draftOf, kindsBelow, newUnit } from './unit-form'
import { linesOf, treeOf } from './units'

const unit = (changes: Partial<Unit> = {}): Unit => ({
  id: 'u',
  kind: 'branch',
  name: '驻沪静安党支部',
  parent_id: 'p',
  division_code: null,
  valid_from: null,
  valid_until: null,
  address: '静安区',
  contact: { name: '陈静', phone: '021-55550100' },
  term: null,
  card_title: null,
  child_count: 0,
  version: 1,
  ...changes,
})
test('units whose parent is out of reach stand at the top, and only what is open is drawn', () => {
  const tree = treeOf([
    unit({ id: 'b', parent_id: 'a' }),
    unit({ id: 'a', parent_id: 'out of reach' }),
    unit({ id: 'c', parent_id: 'b' }),
    unit({ id: 'd', parent_id: null }),
  ])
  expect(linesOf(tree).map((line) => line.unit.id)).toEqual(['a', 'd'])
  tree.forEach((node) => (node.open = true))
  expect(linesOf(tree).map((line) => [line.unit.id, line.depth])).toEqual([
    ['a', 0],
    ['b', 1],
    ['d', 0],
  ])
})

test('a new unit has what was typed and nothing else', () => {
  const draft = { ...draftOf(undefined, 'branch'), name: ' 第一支部 ' }
  expect(newUnit(draft, 'p')).toEqual({ kind: 'branch', parent_id: 'p', name: '第一支部' })
})

test('a change sends only what differs; an emptied field is cleared', () => {
  expect(changesOf(draftOf(unit()), unit())).toEqual({})
  const draft = { ...draftOf(unit()), address: ' ', contactName: '李敏' }
  expect(changesOf(draft, unit())).toEqual({
    address: null,
    contact: { name: '李敏', phone: '021-55550100' },
  })
})

test('which kinds stand where', () => {
  expect(kindsBelow('branch')).toEqual(['group'])
  expect(kindsBelow('general_branch')[0]).toBe('branch')
  expect(kindsBelow(undefined)).toContain('department')
})
