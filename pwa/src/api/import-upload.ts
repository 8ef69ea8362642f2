/**
 * Sending a sheet. Read with fetch, line by line: a long list takes a while, and every line says how far it has come.
 */
import { problemFrom, Unreachable } from '@/shared/problem'
import { officerTokens } from './client'
import type { ImportAnswer } from './types'

export interface ImportProgress {
  done: number
  /** 0 while the file is on its way or being opened. */
  total: number
}

interface ImportLine extends ImportProgress {
  answer?: ImportAnswer
  problem?: unknown
}

export interface ImportHow {
  dryRun: boolean
  /** Files the rows that are good, also where others are not. */
  partial?: boolean
  /** Of what is said about cells. */
  language: string
}

const LINES = 'application/x-ndjson'

export async function sendImport(
  form: FormData,
  how: ImportHow,
  told: (progress: ImportProgress) => void,
): Promise<ImportAnswer> {
  const query = new URLSearchParams({ dry_run: String(how.dryRun), partial: String(how.partial ?? false) })
  const response = await post(`/api/v1/imports?${query}`, form, {
    accept: LINES,
    'accept-language': how.language,
  })
  for await (const line of linesOf(response)) {
    const { done, total, answer, problem } = JSON.parse(line) as ImportLine
    told({ done, total })
    if (answer) return answer
    if (problem) throw problemFrom(problem, statusOf(problem))
  }
  throw new Unreachable('the line broke')
}

/** The same sheet with a column of remarks. */
export async function sheetWithRemarks(form: FormData, language: string): Promise<Blob> {
  const response = await post('/api/v1/imports/remarks.xlsx', form, { 'accept-language': language })
  return response.blob().catch(broken)
}

export async function importTemplate(language: string): Promise<Blob> {
  const response = await ask('/api/v1/imports/template.xlsx', { headers: { 'accept-language': language } })
  return response.blob().catch(broken)
}

const post = (url: string, body: FormData, headers: Record<string, string>) =>
  ask(url, { method: 'POST', body, headers })

/** A good answer; there is no time limit but the server's, as a slow line may take long over a file. */
async function ask(url: string, init: RequestInit & { headers: Record<string, string> }): Promise<Response> {
  const once = async () => {
    const token = await officerTokens.get()
    const headers = { ...init.headers, ...(token && { authorization: `Bearer ${token}` }) }
    return fetch(url, { ...init, headers }).catch(broken)
  }
  let response = await once()
  if (response.status === 401) {
    officerTokens.drop()
    response = await once()
  }
  if (response.ok) return response
  throw problemFrom(await response.json().catch(() => undefined), response)
}

function broken(cause: unknown): never {
  throw new Unreachable('no answer', { cause })
}

/** A problem that came in a line has its status within. */
function statusOf(problem: unknown): Response {
  const { status } = problem as { status: number }
  return new Response(null, { status })
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  const pieces = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { value, done } = (await pieces?.read().catch(broken)) ?? { value: undefined, done: true }
    if (done) break
    const lines = (rest + value).split('\n')
    rest = lines.pop() ?? ''
    yield* lines.filter((line) => line.trim())
  }
  if (rest.trim()) yield rest
}
