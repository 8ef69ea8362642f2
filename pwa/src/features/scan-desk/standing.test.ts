import { expect, test } from 'vitest'
import { standingOf, type Scan } from './standing'

const held = (more: Partial<Scan>): Scan =>
  ({ item: { id: 's', event_id: 'e', method: 'card' }, ...more }) as Scan
const valid = { verdict: 'valid', doubts: [], cardId: 'c1', person: { id: 'm1', name: '王伟' } } as const
const told = new Map([['m2', 'on_leave'] as const])

test('who was scanned here is in, by card or by name', () => {
  const scans = [held({ found: { ...valid, doubts: [] } })]
  expect(standingOf({ memberId: 'm1' }, scans, told)).toBe('present')
  expect(standingOf({ cardId: 'c1' }, scans, told)).toBe('present')
  expect(standingOf({ memberId: 'm2', cardId: 'c2' }, scans, told)).toBe('on_leave')
  expect(standingOf({ memberId: 'm3' }, scans, told)).toBeUndefined()
})

test('a card whose holder is not known is still the same card', () => {
  const scans = [held({ found: { verdict: 'unsure', doubts: ['unknown_holder'], cardId: 'c9' } })]
  expect(standingOf({ cardId: 'c9' }, scans, told)).toBe('present')
  expect(standingOf({ cardId: undefined }, scans, told)).toBeUndefined()
})

test('a refused scan has nobody in, and the server’s word goes before the phone’s', () => {
  const refused = held({ found: { verdict: 'rejected', doubts: [], cardId: 'c1' } })
  expect(standingOf({ cardId: 'c1' }, [refused], told)).toBeUndefined()
  const overruled = held({ found: { ...valid, doubts: [] }, answer: { id: 's', verdict: 'rejected' } })
  expect(standingOf({ memberId: 'm1' }, [overruled], told)).toBeUndefined()
})
