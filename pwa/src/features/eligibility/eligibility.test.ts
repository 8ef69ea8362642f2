import { expect, test } from 'vitest'
import table from '../../../../tests/cases/eligibility.json'
import { decide, type Answers } from './decide'
import { t } from './messages'

type Case = [Answers['affiliation'], Answers['stay'], boolean, Answers['transfers'], string, string, boolean]
const cases = table.cases as Case[]

test.each(cases)('%s, %s, attends at home: %s, transfers: %s → %s', (...one) => {
  const [affiliation, stay, attends_home, transfers, outcome, rule, suggests_transfer] = one
  expect(decide({ affiliation, stay, attends_home, transfers })).toEqual({ outcome, rule, suggests_transfer })
})

test('the table has every combination once, and every outcome and rule has its words', () => {
  const keys = cases.map((one) => one.slice(0, 4).join())
  expect(new Set(keys).size).toBe(3 * 3 * 2 * 3)
  expect(keys).toHaveLength(54)
  for (const [, , , , outcome, rule] of cases) {
    expect(t.has(`outcome.${outcome}`) && t.has(`next.${outcome}`) && t.has(`rule.${rule}`)).toBe(true)
  }
})

test('nobody is forced to transfer, and who stays for half a year at one place is told of it', () => {
  const long = { affiliation: 'home', stay: 'long_fixed', attends_home: false } as const
  expect(decide({ ...long, transfers: 'no' })).toMatchObject({ outcome: 'card', suggests_transfer: true })
  expect(decide({ ...long, transfers: 'undecided' }).outcome).toBe('transfer')
})
