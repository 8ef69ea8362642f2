import { expect, test } from 'vitest'
import { shareOf } from './my-plan'

test('more than is asked is no more than all of it', () => {
  expect(shareOf({ done: 3, least: 4 })).toBe(0.75)
  expect(shareOf({ done: 9, least: 4 })).toBe(1)
})
