import { expect, test } from 'vitest'
import { missingIn, type GroupForm } from './groups'
import { findingsOf, problemsText, waiting, type Finding } from './visits'

test('a group needs a name, people, units and a last day', () => {
  const form: GroupForm = {
    unitId: 'u',
    kind: 'liaison',
    name: ' ',
    members: [],
    units: [],
    from: '',
    until: '',
  }
  expect(missingIn(form)).toEqual(['/name', '/members', '/units', '/until'])
  const unit = { id: 'b', text: '', note: '', unit: { id: 'b', kind: 'branch' as const, name: '' } }
  const whole = {
    ...form,
    name: '联络员',
    members: [{ id: 'a', text: 'a' }],
    units: [unit],
    until: '2026-12-31',
  }
  expect(missingIn(whole)).toEqual([])
})

test('a day goes with problems only', () => {
  const dueOn = '2026-12-01'
  expect(
    findingsOf({
      findings: [
        { kind: 'good', text: ' 好 ', dueOn },
        { kind: 'problem', text: '差', dueOn },
        { kind: 'problem', text: '差', dueOn: '' },
      ],
    }),
  ).toEqual([
    { kind: 'good', text: '好', due_on: undefined },
    { kind: 'problem', text: '差', due_on: dueOn },
    { kind: 'problem', text: '差', due_on: undefined },
  ])
})

test('only problems without an answer wait', () => {
  const finding = (kind: Finding['kind'], answered_at: string | null) => ({ kind, answered_at }) as Finding
  const findings = [
    finding('good', null),
    finding('problem', null),
    finding('problem', '2026-11-24T01:00:00.000Z'),
  ]
  expect(waiting({ findings })).toBe(1)
})

test('a line says how many problems wait, were answered, or that there were none', () => {
  const problem = (answered_at: string | null) => ({ kind: 'problem', answered_at }) as Finding
  expect(problemsText({ findings: [problem(null), problem('2026-11-24T01:00:00.000Z')] })).toBe(
    '1 个问题待答复',
  )
  expect(problemsText({ findings: [problem('2026-11-24T01:00:00.000Z')] })).toBe('1 个问题已答复')
  expect(problemsText({ findings: [] })).toBe('没有发现问题')
})
