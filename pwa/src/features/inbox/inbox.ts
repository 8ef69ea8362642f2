/** What one was told: words for each kind, where it leads, and how far one has read. */
import { ref } from 'vue'
import { account } from '@/api/account'
import { member, officer, ok } from '@/api/client'
import { lastAnswer } from '@/api/last-answers'
import { may } from '@/api/roles'
import { officePlaceOf, ownPlaceOf, subjectIcon } from '@/api/subjects'
import type { Notice, NoticePage } from '@/api/types'
import { noteUnread, type Reader } from '@/api/unread'
import type { IconName } from '@/shared/ui/icons'
import { useList } from '@/shared/ui/list'
import { t } from './messages'

/** The inbox of a member or of an officer. Opening it reads what is new; it stays marked as new while it is open. */
export function useInbox(reader: Reader) {
  const kept = ref(false)
  const review = ref<NoticePage['review']>(null)

  const list = useList<Notice>(async (cursor) => {
    if (cursor) return ask(reader, cursor)
    const { answer, kept: before } =
      reader === 'member'
        ? await lastAnswer('inbox', () => ask(reader))
        : { answer: await ask(reader), kept: false }
    kept.value = before
    review.value = answer.review
    const [newest] = answer.items
    if (!before && newest && answer.unread > 0) void markRead(reader, newest.id)
    return before ? { ...answer, next_cursor: null } : answer
  })
  return { list, kept, review }
}

function ask(reader: Reader, cursor?: string): Promise<NoticePage> {
  const params = { query: { limit: 30, cursor } }
  return reader === 'member'
    ? ok(member.GET('/api/v1/me/notices', { params }))
    : ok(officer.GET('/api/v1/me/notices', { params }))
}

async function markRead(reader: Reader, until: string): Promise<void> {
  const body = { until }
  const request =
    reader === 'member'
      ? member.POST('/api/v1/me/notices/read', { body })
      : officer.POST('/api/v1/me/notices/read', { body })
  // Whoever has read without network reads it as new once more.
  await ok(request).then(
    () => noteUnread(reader, 0),
    () => undefined,
  )
}

/** What has happened, in words; a kind that these words do not know yet is still said to be something. */
export function textOf(notice: Notice, reader: Reader): string {
  const key = reader === 'member' ? `own.${notice.kind}` : notice.kind
  const other = reader === 'member' ? 'own.other' : 'other'
  const values = {
    event: notice.event?.title ?? '',
    title: notice.subject?.title ?? '',
    request: notice.request ? t(`request.${notice.request.kind}`) : '',
  }
  return t.has(key) ? (t as (key: string, values: object) => string)(key, values) : t(other)
}

const ICONS: [start: string, icon: IconName][] = [
  ['registration', 'flag'],
  ['card', 'card'],
  ['device', 'phone'],
  ['event', 'calendar'],
  ['leave', 'leave'],
  ['attendance', 'list'],
  ['entry', 'list'],
  ['dispute', 'list'],
  ['request', 'send'],
]

export function iconOf({ kind, subject }: Notice): IconName {
  if (subject) return subjectIcon(subject.kind)
  return ICONS.find(([start]) => kind.startsWith(start))?.[1] ?? 'person'
}

const OWN_PLACES: [start: string, path: string][] = [
  ['card', '/card'],
  ['event', '/my-events'],
  ['attendance', '/record'],
  ['dispute', '/record'],
  ['request', '/my-requests'],
]

/** Where a member goes on from it. */
export function ownPlace({ kind, subject }: Notice): string {
  if (subject?.kind === 'opinion')
    return `${ownPlaceOf(subject)}?show=${kind === 'opinion_published' ? 'published' : 'mine'}`
  if (subject) return ownPlaceOf(subject)
  return OWN_PLACES.find(([start]) => kind.startsWith(start))?.[1] ?? '/my-data'
}

/** Where an officer goes on from it; nowhere when the member has left one's reach. */
export function officePlace(notice: Notice): string | undefined {
  if (notice.subject) return officePlaceOf(notice.subject)
  if (notice.kind === 'registration_moved' && notice.end === 'host') return undefined
  if (notice.kind === 'request_filed')
    return notice.registration_id
      ? `/member-requests?registration=${notice.registration_id}`
      : '/member-requests'
  const atTheEvent = notice.end === 'host' && may(account.value, 'holdEvents')
  if (notice.event && atTheEvent) return `/events/${notice.event.id}`
  return notice.registration_id ? `/registrations/${notice.registration_id}` : undefined
}
