import { expect, test } from 'vitest'
import { messages, setLocale } from './index'

const t = messages({
  zh: { plain: '证件', greet: '你好，{name}，{count} 次' },
  en: { plain: 'Card', greet: 'Hello {name}, {count} times' },
})

test('says the word in the language in use, and follows a change', () => {
  expect(t('plain')).toBe('证件')
  setLocale('en')
  expect(t('plain')).toBe('Card')
})

test('puts values into their places', () => {
  expect(t('greet', { name: '安禾', count: 3 })).toBe('你好，安禾，3 次')
})

test('knows which keys there are', () => {
  expect(t.has('plain')).toBe(true)
  expect(t.has('toString')).toBe(false)
})

test('a missing value or key does not compile', () => {
  // @ts-expect-error `count` is missing
  t('greet', { name: 'x' })
  // @ts-expect-error there is no such key
  t('absent')
  // @ts-expect-error English lacks a word
  messages({ zh: { a: '甲' }, en: {} })
  // @ts-expect-error English has one too many
  messages({ zh: { a: '甲' }, en: { a: 'A', b: 'B' } })
})
