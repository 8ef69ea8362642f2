import { expect, test, vi } from 'vitest'
import { Problem } from '@/shared/problem'
import { nextPage, useSignIn } from './sign-in'

test('a missing code is the second step, not a failure', async () => {
  const done = vi.fn()
  const send = vi
    .fn()
    .mockRejectedValueOnce(new Problem(401, 'second_factor_required', ''))
    .mockResolvedValueOnce({})
  const { form, step, submit, failure } = useSignIn(done, send)
  Object.assign(form, { username: ' li ', password: 'correct horse' })

  await submit.run()
  expect(step.value).toBe('totp')
  expect(failure.value).toBeUndefined()
  expect(done).not.toHaveBeenCalled()

  form.totp = '123 456'
  await submit.run()
  expect(send).toHaveBeenLastCalledWith({ username: 'li', password: 'correct horse', totp: '123456' })
  expect(done).toHaveBeenCalledOnce()
})

test('a wrong password never says which half was wrong', async () => {
  const { submit, failure, step } = useSignIn(vi.fn(), () =>
    Promise.reject(new Problem(401, 'sign_in_failed', '')),
  )
  await submit.run()
  expect(step.value).toBe('password')
  expect(failure.value).toContain('用户名、密码或验证码')
})

test('after signing in only our own pages are opened', () => {
  expect(nextPage('/events/1?x=2')).toBe('/events/1?x=2')
  expect(nextPage('//elsewhere.example')).toBe('/desk')
  expect(nextPage('https://elsewhere.example')).toBe('/desk')
  expect(nextPage(undefined)).toBe('/desk')
})
