/**
 * Drafts on this phone. They are written down as one types, need no network, and leave the phone only when they are handed
 * in: under one key for all attempts, so that a broken line makes no second document.
 */
import { sendAttachment } from '@/api/attachments'
import { member, ok } from '@/api/client'
import { device } from '@/api/device'
import type { DocumentItem, DocumentKind } from '@/api/types'
import { table } from '@/shared/db'
import { newId } from '@/shared/ids'
import { Problem } from '@/shared/problem'
import { lengthOf } from './length'

export interface Draft {
  id: string
  /** The card of this phone: whoever binds it next does not see what was written before. */
  owner: string
  /** The Idempotency-Key of handing in. */
  key: string
  /** The document that was returned, when this is its next version. */
  of?: string
  kind: DocumentKind
  title: string
  writtenOn: string
  form: 'text' | 'file'
  text: string
  file?: { name: string; content: Blob }
  /** The file's id at the server, once it has been sent. */
  attachmentId?: string
  /** What the member says of a file that nobody can count. */
  statedLength: string
  savedAt: number
}

const rows = table<Draft>('document-drafts')
/** Where the browser stores nothing, drafts live as long as the page. */
const unsaved = new Map<string, Draft>()

export function newDraft(
  about: Partial<Pick<Draft, 'of' | 'kind' | 'title' | 'text'>> = {},
  now = Date.now(),
): Draft {
  return {
    id: newId(now),
    owner: device.value?.cardNumber ?? '',
    key: newId(now),
    kind: 'reading_notes',
    title: '',
    writtenOn: dayOf(now),
    form: 'text',
    text: '',
    statedLength: '',
    savedAt: now,
    ...about,
  }
}

/** The drafts of this phone's member, the one written last first. */
export async function listDrafts(): Promise<Draft[]> {
  const kept = [...(await rows.all().catch(() => [])), ...unsaved.values()]
  const owner = device.value?.cardNumber ?? ''
  for (const draft of kept) if (draft.owner !== owner) await removeDraft(draft.id)
  return kept.filter((draft) => draft.owner === owner).sort((a, b) => b.savedAt - a.savedAt)
}

export const findDraft = async (id: string): Promise<Draft | undefined> =>
  (await listDrafts()).find((draft) => draft.id === id)

/** Answers whether it is on the phone, or only in this page. */
export async function saveDraft(draft: Draft, now = Date.now()): Promise<boolean> {
  draft.savedAt = now
  const { file, ...plain } = draft
  const row: Draft = { ...plain, ...(file ? { file: { ...file } } : {}) }
  return rows.put(row.id, row).then(
    () => {
      unsaved.delete(row.id)
      return true
    },
    () => {
      unsaved.set(row.id, row)
      return false
    },
  )
}

export async function removeDraft(id: string): Promise<void> {
  unsaved.delete(id)
  await rows.delete(id).catch(() => undefined)
}

/** Plain text and Word files are counted by the server; of all others the member says the length. */
export const isCounted = (name: string): boolean => /\.(docx|txt)$/i.test(name)

export const isEmpty = ({ form, text, file, title }: Draft): boolean =>
  !title.trim() && (form === 'text' ? lengthOf(text) === 0 : !file)

/** The body to send; of text and file only the one that was chosen. */
export function contentOf(draft: Draft) {
  const stated = draft.form === 'file' && !isCounted(draft.file?.name ?? '') ? Number(draft.statedLength) : 0
  return {
    title: draft.title.trim() || undefined,
    written_on: draft.writtenOn || undefined,
    text: draft.form === 'text' ? draft.text : undefined,
    attachment_id: draft.form === 'file' ? draft.attachmentId : undefined,
    stated_length: stated > 0 ? stated : undefined,
  }
}

/** An earlier attempt has arrived after all, with other words: the draft gets a key of its own. */
export class AlreadyHandedIn extends Error {}

/** Hands a draft in; it is gone from the phone then. */
export async function handIn(draft: Draft): Promise<DocumentItem> {
  if (draft.form === 'file' && draft.file && !draft.attachmentId) {
    draft.attachmentId = (await sendAttachment(member, draft.file.content, draft.file.name)).id
    await saveDraft(draft, draft.savedAt)
  }
  try {
    const document = await send(draft)
    await removeDraft(draft.id)
    return document
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    // A file that was not used within a day is no longer there; it is sent anew the next time.
    if (error.field('/attachment_id')?.code === 'unknown') delete draft.attachmentId
    if (error.code === 'key_reused') draft.key = newId(Date.now())
    await saveDraft(draft, draft.savedAt)
    throw error.code === 'key_reused' ? new AlreadyHandedIn() : error
  }
}

function send(draft: Draft): Promise<DocumentItem> {
  const header = { 'Idempotency-Key': draft.key }
  const body = contentOf(draft)
  if (draft.of) {
    const params = { path: { id: draft.of }, header }
    return ok(member.POST('/api/v1/documents/{id}/revise', { params, body }))
  }
  return ok(member.POST('/api/v1/me/documents', { params: { header }, body: { kind: draft.kind, ...body } }))
}

/** The calendar day here; the server counts China's days, and members live in China. */
export function dayOf(instant: number): string {
  const date = new Date(instant)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
