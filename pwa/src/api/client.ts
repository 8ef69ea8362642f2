/**
 * The three ways to speak to the server, typed from its OpenAPI document. Which authority a call uses can be read off
 * its first word: `officer.GET(…)`, `member.GET(…)`, `anyone.POST(…)`. A person may be both officer and member, each
 * with a token of its own.
 */
import createClient from 'openapi-fetch'
import { sessionAssertion } from '@/shared/codes/device-jwt'
import { device } from './device'
import { accountSession, rememberedAccount } from './account'
import { Problem, problemFrom, Unreachable } from '@/shared/problem'
import { tokenSource, type Grant } from './tokens'
import { PATIENT_LIMIT_MS, send, sendWith } from './transport'
import type { paths } from './schema'

const baseUrl = location.origin

export const anyone = createClient<paths>({ baseUrl, fetch: send })

/** Signed in by account; kept alive by the HttpOnly refresh cookie. */
export const officerTokens = tokenSource(refreshAccount)
export const officer = createClient<paths>({ baseUrl, fetch: sendWith(officerTokens) })
/** The same, with more patience: for files that the server has to make first. */
export const officerFiles = createClient<paths>({ baseUrl, fetch: sendWith(officerTokens, PATIENT_LIMIT_MS) })

/** Signed in by the key of this phone. */
export const memberTokens = tokenSource(signInDevice)
export const member = createClient<paths>({ baseUrl, fetch: sendWith(memberTokens) })

/** The body of a good answer; a Problem or Unreachable is thrown. */
export async function ok<T>(answer: Promise<Answer<T>>): Promise<T> {
  return (await okWithTag(answer)).body
}

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The same with the record's ETag, to be sent back as If-Match with a change. */
export async function okWithTag<T>(answer: Promise<Answer<T>>): Promise<{ body: T; etag: string }> {
  const { data, error, response } = await answer.catch(notOurs)
  if (!response.ok) throw problemFrom(error, response)
  return { body: data as T, etag: response.headers.get('etag') ?? '' }
}

/** A page in place of JSON, as guest networks send it before one has signed in: our server was not reached. */
function notOurs(cause: unknown): never {
  throw cause instanceof SyntaxError ? new Unreachable('not our answer', { cause }) : cause
}

async function refreshAccount(): Promise<Grant | undefined> {
  if (!rememberedAccount.value) return undefined
  // The cookie rotates and a second use of an old one ends the session: two tabs must not both refresh at once.
  return oneTabAtATime('guiyan-refresh', async () => {
    try {
      const session = await ok(anyone.POST('/api/v1/sessions/refresh'))
      accountSession.value = session.account
      return session
    } catch (error) {
      if (!(error instanceof Problem) || error.temporary) throw error
      accountSession.value = undefined
      rememberedAccount.value = ''
      return undefined
    }
  })
}

async function oneTabAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks ? await navigator.locks.request(name, work) : await work()
}

async function signInDevice(): Promise<Grant | undefined> {
  const bound = device.value
  if (!bound) return undefined
  const assertion = await sessionAssertion(bound, bound.audience, Date.now())
  return ok(anyone.POST('/api/v1/sessions/device', { body: { assertion } }))
}
