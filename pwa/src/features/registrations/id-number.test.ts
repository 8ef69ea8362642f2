import { expect, test } from 'vitest'
import { readIdNumber, tidyIdNumber } from './id-number'

test('the samples of the standard', () => {
  expect(readIdNumber('11010519491231002X')).toEqual({ birthDate: '1949-12-31', gender: 'female' })
  expect(readIdNumber('440524188001010014')).toEqual({ birthDate: '1880-01-01', gender: 'male' })
})

test.each([
  ['1101051949123100', 'length'],
  ['11010519491231A02X', 'characters'],
  ['110105194902300021', 'birth_date'],
  ['110105194912310021', 'check'],
])('%s: %s', (number, fault) => expect(readIdNumber(number)).toBe(fault))

test('what people paste is tidied, and old region codes are as good as new ones', () => {
  expect(tidyIdNumber('110105 19491231 002x')).toBe('11010519491231002X')
  expect(tidyIdNumber('１１０１０５１９４９１２３１００２Ｘ')).toBe('11010519491231002X')
  expect(readIdNumber('99010519491231002X')).not.toBe('characters')
})
