import { expect, test } from 'vitest'
import { lacksOf, newDraft, newTarget, removePhase, requestOf, targetOf } from './plan-form'

test('a target says only what belongs to its measure', () => {
  const line = {
    ...newTarget(),
    kinds: ['lecture' as const],
    least: '15',
    leastLength: '8000',
    together: true,
  }
  expect(targetOf(line)).toEqual({ category: 'all', measure: 'sessions', kinds: ['lecture'], least: 15 })
  expect(targetOf({ ...line, measure: 'document', phase: 2 })).toEqual({
    category: 'all',
    measure: 'document',
    document_kind: 'reading_notes',
    least: 15,
    least_length: 8000,
    together: true,
    phase: 2,
  })
  expect(targetOf({ ...line, measure: 'document', leastLength: '' }).least_length).toBeUndefined()
})

test('what is empty is said before it is sent', () => {
  const draft = newDraft('u')
  expect(Object.entries(lacksOf(draft)).flatMap(([field, text]) => (text ? [field] : []))).toEqual([
    '/title',
    '/phases/0/from',
    '/phases/0/to',
  ])
})

test('a phase that goes takes its number along', () => {
  const draft = newDraft('u')
  draft.phases = ['一', '二', '三'].map((name) => ({ name, from: '', to: '' }))
  draft.targets = [0, 1, 2, 3].map((phase) => ({ ...newTarget(), phase }))
  removePhase(draft, 1)
  expect(draft.targets.map(({ phase }) => phase)).toEqual([0, 1, 0, 2])
  expect(requestOf(draft).phases.map(({ name }) => name)).toEqual(['一', '三'])
})
