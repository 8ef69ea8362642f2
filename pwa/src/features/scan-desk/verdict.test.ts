import { expect, test } from 'vitest'
import type { CheckIn } from '@/api/types'
import type { Found } from './judge'
import type { Scan } from './standing'
import { verdictOf } from './verdict'

const scan = (more: Partial<Scan>, method = 'card') =>
  ({ item: { id: 's', event_id: 'e', method }, ...more }) as Scan
const found = (more: Partial<Found>) => scan({ found: { verdict: 'valid', doubts: [], ...more } })

test('kept is never shown as done', () => {
  const verdict = verdictOf(found({}))
  expect(verdict).toMatchObject({ tone: 'good', icon: 'phone', headline: '有效，已保存', short: '已保存' })
  expect(verdict.next).toContain('联网后自动发送')
})

test('while the server may still answer nothing is said', () => {
  expect(verdictOf(found({}), true)).toMatchObject({ tone: 'info', headline: '正在核对…' })
})

test('an old status list says how old', () => {
  const listIssuedAt = Date.now() - 3.5 * 24 * 3600_000
  expect(verdictOf(found({ doubts: ['list_old'], listIssuedAt })).details).toContain(
    '证件状态表是 3 天前的，请核对。',
  )
})

test.each<Found['doubts'][number]>(['list_too_old', 'no_list', 'no_pack', 'unknown_key', 'unknown_holder'])(
  '%s: a warning that never says valid',
  (doubt) => {
    const verdict = verdictOf(found({ verdict: 'unsure', doubts: [doubt] }))
    expect(verdict.tone).toBe('warn')
    expect([verdict.headline, ...verdict.details, verdict.next].join()).not.toContain('有效')
  },
)

test('a refusal says why, before and after the server has spoken', () => {
  const local = verdictOf(found({ verdict: 'rejected', reason: 'card_lost' }))
  expect(local).toMatchObject({ tone: 'bad', headline: '没有签到', details: ['证件已挂失'] })
  const final = verdictOf(scan({ answer: { id: 's', verdict: 'rejected', reason: 'card_lost' } }))
  expect(final).toEqual(local)
})

test('an answer that was lost once says what stands', () => {
  const check_in = { outcome: 'present', member: { id: 'm', name: '王伟' } } as CheckIn
  expect(verdictOf(scan({ answer: { id: 's', verdict: 'replayed', check_in } })).headline).toBe('签到成功')
  expect(verdictOf(scan({ answer: { id: 's', verdict: 'replayed', reason: 'too_late' } })).headline).toBe(
    '没有签到',
  )
})
