/** The desk at the door: cards are scanned, names are picked, and each scan is answered in large letters. */
import { computed, onBeforeUnmount, ref, shallowRef } from 'vue'
import { officer, ok } from '@/api/client'
import { memberPhoto } from '@/api/files'
import type { Verification } from '@/api/types'
import { setting } from '@/shared/settings-store'
import { rejectText } from '@/shared/i18n/reject'
import type { IconName } from '@/shared/ui/icons'
import { useLoad } from '@/shared/ui/load'
import type { Tone } from '@/shared/ui/tone'
import { t } from './messages'
import { look, scanQueue, type Scan, type Seen } from './scans'
import { signal } from './signal'

export interface Verdict {
  tone: Tone
  icon: IconName
  headline: string
  detail?: string
}

export function verdictOf(scan: Scan): Verdict {
  if (scan.state === 'sending') return { tone: 'info', icon: 'clock', headline: t('sending') }
  if (scan.state === 'waiting') return { tone: 'warn', icon: 'offline', headline: t('waiting') }
  switch (scan.answer?.verdict) {
    case 'accepted':
    case 'replayed':
      return { tone: 'good', icon: 'tick', headline: t('accepted') }
    case 'duplicate':
      return { tone: 'info', icon: 'info', headline: t('duplicate') }
    case 'conflict':
      return { tone: 'warn', icon: 'warn', headline: t('conflict') }
    case 'rejected':
      return { tone: 'bad', icon: 'stop', headline: t('rejected'), detail: rejectText(scan.answer.reason) }
    default:
      return { tone: 'bad', icon: 'stop', headline: t('failed') }
  }
}

const SEEN: Record<Extract<Seen, string>, () => Verdict> = {
  event_code: () => ({ tone: 'warn', icon: 'warn', headline: t('eventCode') }),
  activation: () => ({ tone: 'warn', icon: 'warn', headline: t('activation'), detail: t('showCard') }),
  not_ours: () => ({ tone: 'warn', icon: 'warn', headline: t('notOurs'), detail: t('showCard') }),
}

export const sound = setting<'on' | 'off'>('scan-sound', 'on')

export function useScanDesk(eventId: string) {
  const path = { id: eventId }
  const attendance = useLoad(() => ok(officer.GET('/api/v1/events/{id}/attendance', { params: { path } })))
  const queue = scanQueue(eventId, async (item) => {
    const { items } = await ok(officer.POST('/api/v1/check-ins', { body: { items: [item] } }))
    const [answer] = items
    if (!answer) throw new Error('an item was not answered')
    void attendance.reload()
    return answer
  })

  /** What the large sign shows: the last scan, or what was no card at all. */
  const current = shallowRef<Scan>()
  const other = shallowRef<Verdict>()
  const person = shallowRef<Verification['person']>()
  const photo = ref<string>()

  const verdict = computed(() => other.value ?? (current.value && verdictOf(current.value)))

  function scanned(text: string): void {
    const seen = look(text)
    forget()
    if (typeof seen === 'string') {
      other.value = SEEN[seen]()
      signal('bad', sound.value === 'on')
      return
    }
    void follow(queue.card(seen.digits, seen.printed))
    void identify(seen.digits)
  }

  function byName(member: { id: string; name: string }, note: string): void {
    forget()
    void follow(queue.byName(member, note))
  }

  function forget(): void {
    other.value = person.value = undefined
    if (photo.value) URL.revokeObjectURL(photo.value)
    photo.value = undefined
  }

  /** The sign of the latest scan only; an earlier one that is answered late is found in the list. */
  async function follow(scan: Scan): Promise<void> {
    current.value = scan
    while (scan.state === 'sending') await new Promise((resolve) => setTimeout(resolve, 30))
    if (current.value === scan) signal(verdictOf(scan).tone, sound.value === 'on')
  }

  /** Whose card it is, for a look at the person: name and photo where this caller may see them. */
  async function identify(presentation: string): Promise<void> {
    const mine = current.value
    const body = { presentation, event_id: eventId }
    const answer = await ok(officer.POST('/api/v1/cards/verify', { body })).catch(() => undefined)
    if (current.value !== mine || !answer?.person) return
    person.value = answer.person
    const picture = answer.person.has_photo ? await memberPhoto(answer.person.member_id) : undefined
    if (picture && current.value === mine) photo.value = URL.createObjectURL(picture)
  }

  const missing = computed(() =>
    (attendance.data.value?.items ?? [])
      .filter(({ outcome }) => outcome !== 'present')
      .sort((a, b) => a.member.name.localeCompare(b.member.name, 'zh')),
  )

  window.addEventListener('online', queue.retry)
  onBeforeUnmount(() => {
    window.removeEventListener('online', queue.retry)
    queue.stop()
    forget()
  })
  return { attendance, scans: queue.scans, current, verdict, person, photo, missing, scanned, byName }
}
