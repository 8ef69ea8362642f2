import { afterEach, expect, test, vi } from 'vitest'
import { tokenSource } from './tokens'

afterEach(() => vi.useRealTimers())

test('many callers share one renewal', async () => {
  const renew = vi.fn(async () => ({ access_token: 'one', expires_in: 900 }))
  const tokens = tokenSource(renew)
  expect(await Promise.all([tokens.get(), tokens.get(), tokens.get()])).toEqual(['one', 'one', 'one'])
  expect(renew).toHaveBeenCalledOnce()
})

test('a token is renewed before it ends', async () => {
  vi.useFakeTimers({ now: 0 })
  const renew = vi.fn(async () => ({ access_token: 'next', expires_in: 900 }))
  const tokens = tokenSource(renew)
  tokens.set({ access_token: 'first', expires_in: 900 })
  vi.setSystemTime(860_000)
  expect(await tokens.get()).toBe('first')
  vi.setSystemTime(871_000)
  expect(await tokens.get()).toBe('next')
})

test('a failed renewal is not remembered', async () => {
  const renew = vi
    .fn<() => Promise<{ access_token: string; expires_in: number }>>()
    .mockRejectedValueOnce(new Error('no network'))
    .mockResolvedValueOnce({ access_token: 'later', expires_in: 900 })
  const tokens = tokenSource(renew)
  await expect(tokens.get()).rejects.toThrow('no network')
  expect(await tokens.get()).toBe('later')
})

test('nobody signed in means no token', async () => {
  expect(await tokenSource(async () => undefined).get()).toBeUndefined()
})
