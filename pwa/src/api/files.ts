/** Pictures and files that need a token, so that no <img src> and no link can fetch them by itself. */
import type { ExportChoice } from '@/shared/export/export'
import { locale } from '@/shared/i18n'
import { problemFrom } from '@/shared/problem'
import { saveFile } from '@/shared/ui/blob'
import { member, officer, officerFiles, ok } from './client'

const asBlob = { parseAs: 'blob' } as const

/** The photo of a member, or undefined when there is none. */
export async function memberPhoto(id: string): Promise<Blob | undefined> {
  const answer = await officer.GET('/api/v1/members/{id}/photo', { params: { path: { id } }, ...asBlob })
  return answer.response.ok ? answer.data : undefined
}

export async function putMemberPhoto(id: string, photo: Blob): Promise<void> {
  await ok(
    officer.PUT('/api/v1/members/{id}/photo', {
      params: { path: { id } },
      body: photo,
      bodySerializer: () => photo,
      headers: { 'content-type': photo.type },
    }),
  )
}

/** Fetches a report as a spreadsheet and saves it under the name that the server gives it, which is answered. */
export async function saveExport(choice: ExportChoice, purpose: string): Promise<string> {
  const { unit_id: id, ...query } = choice
  const params = { path: { id }, query: { ...query, purpose, lang: locale.value } }
  const answer = await officerFiles.GET('/api/v1/units/{id}/export.xlsx', { params, ...asBlob })
  if (!answer.response.ok || !answer.data) throw problemFrom(answer.error, answer.response)
  const name = nameIn(answer.response.headers.get('content-disposition')) ?? `${choice.report}.xlsx`
  saveFile(answer.data, name)
  return name
}

/** The name of a file in `Content-Disposition` (RFC 6266): the one in any script. */
export function nameIn(disposition: string | null): string | undefined {
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(disposition ?? '')?.[1]
  try {
    return encoded && decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}

const pdf = asBlob

/** The card as a PDF of a card's size. */
export const cardPdf = (number: string): Promise<Blob> =>
  ok(officer.GET('/api/v1/cards/{number}/card.pdf', { params: { path: { number } }, ...pdf }))

/** The poster with the printed code: a page for each day of checking in. */
export const eventPoster = (id: string): Promise<Blob> =>
  ok(officer.GET('/api/v1/events/{id}/poster.pdf', { params: { path: { id } }, ...pdf }))

export const signInSheet = (id: string): Promise<Blob> =>
  ok(officer.GET('/api/v1/events/{id}/sign-in-sheet.pdf', { params: { path: { id } }, ...pdf }))

/** The poster by which migrants find the unit. */
export const reportInPoster = (id: string): Promise<Blob> =>
  ok(officer.GET('/api/v1/units/{id}/report-in.pdf', { params: { path: { id } }, ...pdf }))

interface Days {
  from?: string
  to?: string
}

/** The report of a unit and a period, to print. */
export const summaryPdf = (id: string, query: Days): Promise<Blob> =>
  ok(officer.GET('/api/v1/units/{id}/summary.pdf', { params: { path: { id }, query }, ...pdf }))

/** The same as a spreadsheet. */
export const summaryXlsx = (id: string, query: Days): Promise<Blob> => {
  const params = { path: { id }, query: { ...query, lang: locale.value } }
  return ok(officer.GET('/api/v1/units/{id}/summary.xlsx', { params, ...pdf }))
}

/** The cards of a unit on A4, at most two hundred in a file; those made since a day only, where one is given. */
export async function* unitCards(id: string, issuedSince?: string): AsyncGenerator<Blob> {
  let cursor: string | undefined
  do {
    const query = { issued_since: issuedSince || undefined, limit: 200, cursor }
    const answer = await officer.GET('/api/v1/units/{id}/cards.pdf', {
      params: { path: { id }, query },
      ...pdf,
    })
    yield await ok(Promise.resolve(answer))
    cursor = nextCursor(answer.response.headers.get('link'))
  } while (cursor)
}

/** The cursor in `</api/v1/…?cursor=…>; rel="next"`. */
export function nextCursor(link: string | null): string | undefined {
  const address = link?.match(/<([^>]*)>;\s*rel="next"/)?.[1]
  return address ? (new URL(address, location.origin).searchParams.get('cursor') ?? undefined) : undefined
}

/** Everything held about me, to read. */
export const myDataPdf = (): Promise<Blob> => ok(member.GET('/api/v1/me/data.pdf', pdf))

/** The same for programs. */
export const myDataJson = (): Promise<Blob> => ok(member.GET('/api/v1/me/data', pdf))
