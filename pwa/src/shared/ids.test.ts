import { expect, test } from 'vitest'
import { newId } from './ids'

test('ids carry their time, version and variant, and differ', () => {
  const now = Date.parse('2026-11-23T06:00:00Z')
  const [a, b] = [newId(now), newId(now)]
  expect(a).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(a.replace('-', '').slice(0, 12), 16)).toBe(now)
  expect(a).not.toBe(b)
})
