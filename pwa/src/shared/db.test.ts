import { expect, test } from 'vitest'
import { table } from './db'

test('keeps rows in the order of their keys, each table for itself', async () => {
  const cards = table<{ n: number }>('test-cards')
  const scans = table<{ n: number }>('test-scans')
  await cards.put('b', { n: 2 })
  await cards.put('a', { n: 1 })
  await scans.put('a', { n: 9 })

  expect(await cards.all()).toEqual([{ n: 1 }, { n: 2 }])
  expect(await scans.get('a')).toEqual({ n: 9 })

  await cards.delete('a')
  expect(await cards.get('a')).toBeUndefined()
  await cards.clear()
  expect(await cards.all()).toEqual([])
})
