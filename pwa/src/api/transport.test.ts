import { afterEach, expect, test, vi } from 'vitest'
import { mayRetry, problemFrom, Unreachable } from '@/shared/problem'
import { tokenSource } from './tokens'
import { sendWith } from './transport'

afterEach(() => vi.unstubAllGlobals())

const request = () => new Request('https://guiyan.test/api/v1/me', { method: 'POST', body: '{"a":1}' })

test('a refused token is renewed once and the request sent again, with its body', async () => {
  const seen: string[] = []
  vi.stubGlobal('fetch', async (sent: Request) => {
    seen.push(`${sent.headers.get('authorization')} ${await sent.text()}`)
    return new Response(null, { status: seen.length === 1 ? 401 : 200 })
  })
  const tokens = tokenSource(async () => ({ access_token: 'new', expires_in: 900 }))
  tokens.set({ access_token: 'old', expires_in: 900 })

  expect((await sendWith(tokens)(request())).status).toBe(200)
  expect(seen).toEqual(['Bearer old {"a":1}', 'Bearer new {"a":1}'])
})

test('no network is said as such, and may be tried again', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  const failure = await sendWith(tokenSource(async () => undefined))(request()).catch(
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(Unreachable)
  expect(mayRetry(failure)).toBe(true)
})

test('a problem names its fields', () => {
  const body = { code: 'invalid', detail: '…', errors: [{ pointer: '/phone', code: 'format', detail: 'x' }] }
  const problem = problemFrom(body, new Response(null, { status: 422 }))
  expect(problem.field('/phone')?.code).toBe('format')
  expect(problem.field('/name')).toBeUndefined()
  expect(mayRetry(problem)).toBe(false)
  expect(problemFrom('<html>', new Response(null, { status: 503 })).code).toBe('http_503')
})
