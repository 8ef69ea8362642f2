/** `fetch` with a time limit, honest failures, and a token that is renewed once when the server refuses it. */
import { Unreachable } from '@/shared/problem'
import { noteDate } from './server-clock'
import type { TokenSource } from './tokens'

const TIME_LIMIT_MS = 20_000
/** For what the server has to make first, such as a large file; it gives up by itself at half a minute. */
export const PATIENT_LIMIT_MS = 40_000

export async function send(request: Request, limitMs = TIME_LIMIT_MS): Promise<Response> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), limitMs)
  request.signal.addEventListener('abort', () => limit.abort())
  const askedAt = Date.now()
  try {
    const response = await fetch(new Request(request, { signal: limit.signal }))
    noteDate(response, askedAt, Date.now())
    return response
  } catch (cause) {
    if (request.signal.aborted) throw cause
    throw new Unreachable('no answer', { cause })
  } finally {
    clearTimeout(timer)
  }
}

export function sendWith(tokens: TokenSource, limitMs?: number): (request: Request) => Promise<Response> {
  return async (request) => {
    const again = request.clone()
    const response = await send(await signed(request, tokens), limitMs)
    if (response.status !== 401) return response
    tokens.drop()
    return send(await signed(again, tokens), limitMs)
  }
}

async function signed(request: Request, tokens: TokenSource): Promise<Request> {
  const token = await tokens.get()
  if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`)
  return request
}
