import { expect, test } from 'vitest'
import { isEnough } from './member-search'

test.each([
  ['张', true],
  ['张伟', true],
  ['阿', true],
  ['z', false],
  ['zw', true],
  ['Wang', true],
  ['123', false],
  ['1234', true],
  ['12345', false],
  ['341000', true],
  ['3410002026', true],
  ['13812345678', false],
  ['99010119700101001X', false],
  ['990101197001010012', false],
  ['', false],
])('%s is worth a question: %s', (text, expected) => {
  expect(isEnough(text)).toBe(expected)
})
