import { expect, test } from 'vitest'
import { eventReader } from './sse'

test('events come whole, however they were cut on the way', () => {
  const read = eventReader()
  expect(read('event: counts\nda')).toEqual([])
  expect(read('ta: {"a":1}\n\n: still here\n\nevent: resync\n')).toEqual([
    { name: 'counts', data: '{"a":1}' },
  ])
  expect(read('\n')).toEqual([{ name: 'resync', data: '' }])
})

test('several lines of data are one text', () => {
  expect(eventReader()('data: a\r\ndata: b\r\n\r\n')).toEqual([{ name: 'message', data: 'a\nb' }])
})
