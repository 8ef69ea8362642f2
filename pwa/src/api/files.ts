/** Pictures that need a token, so that no <img src> can fetch them by itself. */
import { officer, ok } from './client'

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
