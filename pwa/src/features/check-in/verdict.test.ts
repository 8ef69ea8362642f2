import { expect, test } from 'vitest'
import type { CheckIn, Outcome, RejectReason } from '@/api/types'
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
  expect(verdictOf({ id: '1', verdict: 'duplicate' }).tone).toBe('good')
  expect(verdictOf({ id: '1', verdict: 'conflict' }).tone).toBe('warn')
})

test('a reason that we do not know yet is still a refusal', () => {
  expect(verdictOf({ id: '1', verdict: 'rejected', reason: 'brand_new' as RejectReason }).headline).toBe(
    '没有签到成功',
  )
})

test('an answer told once more is never better than the first one was', () => {
  const again = (outcome?: Outcome, reason?: RejectReason) =>
    verdictOf({
      id: '1',
      verdict: 'replayed',
      reason,
      check_in: outcome && ({ outcome } as CheckIn),
    }).headline
  expect(again('present')).toBe('签到成功')
  expect(again(undefined, 'too_late')).toBe('签到已经结束')
  for (const outcome of ['on_leave', 'absent', 'made_up', undefined] as const)
    expect(again(outcome)).toBe('已经收到，等支部书记核对')
})
