import { expect, test } from 'vitest'
import { electedOf, postsOf, type ResultDraft } from './election-forms'
import { isSoon } from './elections'

test('a term that ends within ninety days is soon, one that has ended is not', () => {
  const now = Date.parse('2026-11-23T10:00:00+08:00')
  expect(isSoon('2026-11-23', now)).toBe(true)
  expect(isSoon('2026-11-24', now)).toBe(true)
  expect(isSoon('2027-02-20', now)).toBe(true)
  expect(isSoon('2027-02-22', now)).toBe(false)
  expect(isSoon('2026-11-22', now)).toBe(false)
})

test('only who was elected is sent, by member or by name', () => {
  const line = (changes: Partial<ResultDraft>): ResultDraft => ({
    key: '',
    post: 'secretary',
    memberId: undefined,
    name: '某',
    elected: true,
    votes: 5,
    dualTitle: '',
    ...changes,
  })
  const lines = [
    line({ elected: false }),
    line({ memberId: 'm', dualTitle: ' 厂长 ' }),
    line({ name: '乙', votes: 3 }),
  ]
  expect(electedOf(lines)).toEqual([
    { post: 'secretary', member_id: 'm', votes: 5, dual_title: '厂长' },
    { post: 'secretary', name: '乙', votes: 3, dual_title: undefined },
  ])
})

test('posts stand in the order of the list', () => {
  expect(postsOf([{ post: 'organiser' }, { post: 'secretary' }, { post: 'organiser' }])).toEqual([
    'secretary',
    'organiser',
  ])
})
