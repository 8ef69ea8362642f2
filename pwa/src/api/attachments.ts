/** Files that go with a record: sent first, named by their id when the record is written. */
import { saveBlob } from '@/shared/ui/blob'
import { member, officer, ok } from './client'
import type { Attachment } from './types'

/** What a file field offers; the server looks at the content. */
export const ATTACHMENTS = '.pdf,.docx,.xlsx,.jpg,.jpeg,.png,.txt'

export function sendAttachment(
  by: typeof member | typeof officer,
  file: Blob,
  name: string,
): Promise<Attachment> {
  const form = new FormData()
  form.append('name', name)
  form.append('file', file, name)
  const how = { body: { name, file: '' }, bodySerializer: () => form }
  return ok(by.POST('/api/v1/attachments', how))
}

/** Fetches the file of a document, as it was sent, and saves it. */
export async function saveDocumentFile(
  by: typeof member | typeof officer,
  id: string,
  name: string,
  revision?: number,
): Promise<void> {
  const params = { path: { id }, query: { revision } }
  const file = await ok(by.GET('/api/v1/documents/{id}/file', { params, parseAs: 'blob' }))
  saveBlob(file as unknown as Blob, name)
}

/** Fetches a file that goes with a request or report, and saves it under its own name. */
export async function saveSubmissionFile(id: string, file: Attachment): Promise<void> {
  const params = { path: { id, attachment_id: file.id } }
  const sent = await ok(
    officer.GET('/api/v1/submissions/{id}/attachments/{attachment_id}', { params, parseAs: 'blob' }),
  )
  saveBlob(sent as unknown as Blob, file.name)
}
