import { expect, test } from 'vitest'
import table from '../../../../tests/cases/document_lengths.json'
import { lengthOf } from './length'

test.each(table.cases)('$text: $why', ({ text, length }) => expect(lengthOf(text)).toBe(length))

test('a long text is counted while one types', () => {
  const text = '学习党章，提高认识 ok '.repeat(16_000)
  const started = performance.now()
  expect(lengthOf(text)).toBe(10 * 16_000)
  expect(performance.now() - started).toBeLessThan(500)
})
