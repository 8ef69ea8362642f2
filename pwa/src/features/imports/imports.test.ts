import { expect, test } from 'vitest'
import type { ImportAnswer, ImportRow } from '@/api/types'
import { Problem } from '@/shared/problem'
import { assign, faultsOf, formOf, mappingOf, refusalText, shown, type Draft } from './imports'

const draft: Draft = {
  file: new File(['x'], '名单.csv'),
  filedBy: 'host',
  reason: 'other',
  startedOn: '2026-11-23',
  consentOn: '2026-11-01',
  agreed: true,
}
const answer: ImportAnswer = {
  dry_run: true,
  sheet: '名单',
  other_sheets: [],
  header_row: 3,
  columns: [
    { column: 'A', header: '序号', field: null, doubt: false },
    { column: 'B', header: '姓名', field: 'name', doubt: false },
    { column: 'C', header: '所在党支部', field: null, doubt: true },
  ],
  missing: [],
  unsure: true,
  counts: { rows: 0, ready: 0, registered: 0, refused: 0, skipped: 0 },
  rows: [],
}

test('what is missing is said before anything is sent', () => {
  const now = new Date('2026-11-23T08:00:00Z')
  expect(faultsOf(draft, now)).toEqual({})
  expect(Object.keys(faultsOf({ ...draft, file: undefined, agreed: false, consentOn: '' }, now))).toEqual([
    'file',
    'consentOn',
    'agreed',
  ])
  expect(Object.keys(faultsOf({ ...draft, consentOn: '2026-11-25' }, now))).toEqual(['consentOn'])
})

test('what a person said about columns goes with the sheet it was about', () => {
  const plain = formOf(draft, {}, answer)
  expect([plain.get('filed_by'), plain.get('mapping'), plain.get('home_unit_id')]).toEqual([
    'host',
    null,
    null,
  ])
  const mapping = assign(mappingOf(answer), 'C', 'host')
  expect(mapping).toEqual({ A: null, B: 'name', C: 'host' })
  const form = formOf(draft, mapping, answer)
  expect([form.get('mapping'), form.get('header_row'), form.get('sheet')]).toEqual([
    '{"A":null,"B":"name","C":"host"}',
    '3',
    '名单',
  ])
})

test('a field stands in one column', () => {
  expect(assign({ A: null, B: 'name' }, 'A', 'name')).toEqual({ A: 'name', B: null })
  expect(assign({ A: 'name', B: 'phone' }, 'A', null)).toEqual({ A: null, B: 'phone' })
})

test('the rows to be mended, those with remarks, and all', () => {
  const note = { code: 'x', detail: 'x' }
  const row = (
    number: number,
    verdict: ImportRow['verdict'],
    remarks: ImportRow['remarks'] = [],
  ): ImportRow => ({
    row: number,
    verdict,
    errors: verdict === 'refused' ? [note] : [],
    remarks,
  })
  const rows = [row(2, 'ready'), row(3, 'refused'), row(4, 'ready', [note])]
  const numbers = (show: Parameters<typeof shown>[1]) => shown(rows, show).map((one) => one.row)
  expect([numbers('refused'), numbers('remarked'), numbers('all')]).toEqual([[3], [3, 4], [2, 3, 4]])
})

test('a file that was not taken is told by what it is', () => {
  const refused = (pointer: string, code: string) =>
    new Problem(422, 'invalid', '', [{ pointer, code, detail: '' }])
  expect(refusalText(refused('/file', 'old_format'))).toContain('.xls')
  expect(refusalText(refused('/file', 'never heard of'))).toBeUndefined()
  expect(refusalText(refused('/host_unit_id', 'invalid'))).toContain('流入地')
  expect(refusalText(new Error('x'))).toBeUndefined()
})
