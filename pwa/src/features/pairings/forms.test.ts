import { expect, test } from 'vitest'
import { fenOf, pairBody, pairLacks, type PairDraft } from './forms'

test('yuan become fen, and what is no amount is none', () => {
  const cases: [string, number | undefined][] = [
    ['500', 50_000],
    [' 12.5 ', 1250],
    ['0.01', 1],
    ['12.05', 1205],
    ['0', undefined],
    ['0.00', undefined],
    ['-5', undefined],
    ['1.234', undefined],
    ['1,000', undefined],
    ['', undefined],
  ]
  for (const [yuan, fen] of cases) expect(fenOf(yuan), yuan).toBe(fen)
})

test('each side of a pair is one of two', () => {
  const draft: PairDraft = {
    unitId: 'u',
    helperIs: 'member',
    helperId: 'a',
    helperUnitId: 'x',
    helpedIs: 'household',
    helpedId: 'y',
    helpedName: ' 王奶奶家 ',
    since: '2026-11-01',
  }
  expect(pairBody(draft)).toEqual({
    unit_id: 'u',
    since: '2026-11-01',
    helper_id: 'a',
    helped_name: '王奶奶家',
  })
  expect(pairBody({ ...draft, helperIs: 'unit', helpedIs: 'member' })).toMatchObject({
    helper_unit_id: 'x',
    helped_id: 'y',
  })
  const lacking = Object.entries(pairLacks({ ...draft, helperId: '', helpedName: ' ' }))
  expect(lacking.filter(([, text]) => text).map(([pointer]) => pointer)).toEqual([
    '/helper_id',
    '/helped_name',
  ])
})
