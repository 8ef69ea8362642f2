import { expect, test } from 'vitest'
import { stagesOf } from './recruits'

const none = { applicant: '', activist: '', candidate: '', probationary: '', full: '' }

test('stages may begin late, but none between two is left out', () => {
  expect(stagesOf(none)).toEqual([])
  expect(stagesOf({ ...none, activist: '2025-01-01', candidate: '2026-01-01' })).toEqual([
    { stage: 'activist', on: '2025-01-01' },
    { stage: 'candidate', on: '2026-01-01' },
  ])
  expect(stagesOf({ ...none, applicant: '2025-01-01', candidate: '2026-01-01' })).toBeUndefined()
})
