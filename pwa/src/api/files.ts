/** Pictures and files that need a token, so that no <img src> and no link can fetch them by itself. */
import type { ExportChoice } from '@/shared/export/export'
import { locale } from '@/shared/i18n'
import { problemFrom } from '@/shared/problem'
import { saveFile } from '@/shared/ui/blob'
import { officer, officerFiles, ok } from './client'

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
