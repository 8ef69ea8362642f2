import { expect, test } from 'vitest'
import { Problem, Unreachable } from '@/shared/problem'
import { forgetAnswers, lastAnswer } from './last-answers'

const unreachable = () => Promise.reject(new Unreachable('no network'))

test('without network the last answer is shown, and said to be the last', async () => {
  expect(await lastAnswer('inbox', () => Promise.resolve(['a']))).toEqual({ answer: ['a'], kept: false })
  expect(await lastAnswer('inbox', unreachable)).toEqual({ answer: ['a'], kept: true })
  await expect(lastAnswer('requests', unreachable)).rejects.toBeInstanceOf(Unreachable)
})

test('a refusal is no lack of network', async () => {
  await lastAnswer('inbox', () => Promise.resolve(['a']))
  const refused = () => Promise.reject(new Problem(403, 'not_allowed', 'no'))
  await expect(lastAnswer('inbox', refused)).rejects.toBeInstanceOf(Problem)
})

test('nothing stays when the phone is given away', async () => {
  await lastAnswer('inbox', () => Promise.resolve(['a']))
  await forgetAnswers()
  await expect(lastAnswer('inbox', unreachable)).rejects.toBeInstanceOf(Unreachable)
})
