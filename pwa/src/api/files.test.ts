import { expect, it } from 'vitest'
import { nameIn, nextCursor } from './files'

it('reads the name of a file in any script', () => {
  const name = '流动党员名册_黄山市委组织部_2026-11-25.xlsx'
  const header = `attachment; filename="department_list-2026-11-25.xlsx"; filename*=UTF-8''${encodeURIComponent(name)}`
  expect(nameIn(header)).toBe(name)
  expect(nameIn('attachment; filename="x.xlsx"')).toBeUndefined()
  expect(nameIn("attachment; filename*=UTF-8''%E6%B5")).toBeUndefined()
  expect(nameIn(null)).toBeUndefined()
})

it('the cards that follow are found by the link of the answer', () => {
  expect(nextCursor('</api/v1/units/1/cards.pdf?cursor=IjM0MSI&limit=200>; rel="next"')).toBe('IjM0MSI')
  expect(nextCursor('</api/v1/units/1/cards.pdf?cursor=a%2Bb>; rel="next"')).toBe('a+b')
  expect(nextCursor('</api/v1/units/1/cards.pdf?limit=200>; rel="prev"')).toBeUndefined()
  expect(nextCursor('nonsense')).toBeUndefined()
  expect(nextCursor(null)).toBeUndefined()
})
