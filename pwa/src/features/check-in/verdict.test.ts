import { expect, test } from 'vitest'
import type { RejectReason } from '@/api/types'
import { verdictOf } from './verdict'

const REASONS: RejectReason[] = [
  'unknown_event',
  'event_not_open',
  'too_early',
  'too_late',
  'code_invalid',
  'code_expired',
  'unknown_card',
  'card_suspended',
  'card_lost',
  'card_revoked',
  'card_surrendered',
  'presentation_invalid',
  'presentation_stale',
  'registration_not_active',
  'not_in_audience',
  'not_permitted',
  'clock_implausible',
]

test.each(REASONS)('%s has words of its own and says what to do', (reason) => {
  const verdict = verdictOf({ id: '1', verdict: 'rejected', reason })
  expect(verdict.headline).not.toBe(verdictOf({ id: '1', verdict: 'rejected' }).headline)
  expect(verdict.advice.length).toBeGreaterThan(4)
  expect(verdict.tone).toBe('bad')
})

test('the good ones', () => {
  expect(verdictOf({ id: '1', verdict: 'accepted' }).tone).toBe('good')
  expect(verdictOf({ id: '1', verdict: 'replayed' }).headline).toBe('签到成功')
  expect(verdictOf({ id: '1', verdict: 'replayed', reason: 'too_late' }).tone).toBe('bad')
  expect(verdictOf({ id: '1', verdict: 'duplicate' }).tone).toBe('good')
  expect(verdictOf({ id: '1', verdict: 'conflict' }).tone).toBe('warn')
})

test('a reason that we do not know yet is still a refusal', () => {
  expect(verdictOf({ id: '1', verdict: 'rejected', reason: 'brand_new' as RejectReason }).headline).toBe(
    '没有签到成功',
  )
})
