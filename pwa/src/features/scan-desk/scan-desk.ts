/** The desk at the door: cards are scanned, names are picked, and each scan is answered in large letters. */
import { computed, onBeforeUnmount, onMounted, ref, shallowReactive, shallowRef, watch } from 'vue'
import { officer, ok } from '@/api/client'
import { memberPhoto } from '@/api/files'
import { useOfflinePack } from '@/api/offline-keeping'
import { deliver, held, keepScan, loadScans, newItem, scansOf } from '@/api/offline-scans'
import type { Outcome, Verification } from '@/api/types'
import { setting } from '@/shared/settings-store'
import { useLoad } from '@/shared/ui/load'
import { examine } from './examine'
import { judgeCard, judgeName, WITHOUT_PACK, type Found } from './judge'
import { isPrinted, look, readCard, type Seen } from './look'
import { t } from './messages'
import { signal } from './signal'
import { counts, standingOf, whoOf, type Scan } from './standing'
import { station } from './station'
import { say, verdictOf, type Verdict } from './verdict'

/** So long a person at the door is kept waiting for the server; then the phone says what it knows itself. */
const PATIENCE_MS = 1500

const SEEN: Record<Extract<Seen, string>, () => Verdict> = {
  event_code: () => say('warn', 'warn', t('eventCode')),
  activation: () => say('warn', 'warn', t('activation'), [t('showCard')]),
  not_ours: () => say('warn', 'warn', t('notOurs'), [t('showCard')]),
}

export const sound = setting<'on' | 'off'>('scan-sound', 'on')

/** Somebody who may be picked by name. */
export interface Person {
  id: string
  name: string
  host?: string
}

export function useScanDesk(eventId: string) {
  const path = { id: eventId }
  const pack = useOfflinePack(eventId)
  const attendance = useLoad(() => ok(officer.GET('/api/v1/events/{id}/attendance', { params: { path } })))
  onMounted(loadScans)
  const scans = computed(() => scansOf(eventId) as Scan[])
  watch(
    () => scans.value.filter(({ answer }) => answer).length,
    () => void attendance.reload(),
  )
  const event = computed(() => attendance.data.value?.event ?? pack.value?.event)

  /** Everybody who is expected, as last heard. */
  const people = computed<(Person & { outcome: Outcome })[]>(
    () =>
      attendance.data.value?.items.map(({ member, host, outcome }) => ({
        ...member,
        host: host.name,
        outcome,
      })) ??
      pack.value?.people.map(({ id, name, host, outcome }) => ({ id, name, host: host.name, outcome })) ??
      [],
  )
  const told = computed(() => new Map(people.value.map(({ id, outcome }) => [id, outcome])))
  const standing = (who: ReturnType<typeof whoOf>) => standingOf(who, scans.value, told.value)
  const missing = computed<Person[]>(() =>
    people.value
      .filter(({ id }) => standing({ memberId: id }) !== 'present')
      .sort((a, b) => a.name.localeCompare(b.name, 'zh')),
  )
  /** The numbers of the server are not those of now. */
  const alone = computed(() => held.value !== undefined || attendance.data.value === undefined)
  /** How many this phone has in, for that time. */
  const heldHere = computed(() => new Set(scans.value.filter(counts).map(personKey)).size)

  /** What the large sign shows: the last scan, or what was no card at all. */
  const current = ref<string>()
  const other = shallowRef<Verdict>()
  const seen = shallowRef<Verification['person']>()
  const photo = ref<string>()
  /** The scans for which the server is still given time to answer. */
  const awaited = shallowReactive(new Set<string>())
  const scan = computed(() => scans.value.find(({ item }) => item.id === current.value))
  const verdict = computed(
    () => other.value ?? (scan.value && verdictOf(scan.value, awaited.has(scan.value.item.id))),
  )
  const person = computed<Omit<Person, 'id'> | undefined>(() => {
    const server = seen.value && { name: seen.value.name, host: seen.value.host.name }
    return server ?? scan.value?.found?.person ?? scan.value?.answer?.check_in?.member
  })
  const printed = computed(() => isPrinted(scan.value?.item.presentation))
  watch(
    () => [current.value, verdict.value?.icon, verdict.value?.tone],
    () => {
      const now = verdict.value
      if (now && now.icon !== 'clock') signal(now.tone, sound.value === 'on')
    },
  )

  async function scanned(text: string): Promise<void> {
    const what = look(text)
    forget()
    if (typeof what === 'string') {
      other.value = SEEN[what]()
      return
    }
    const item = newItem(eventId, { method: 'card', presentation: what.digits, station: station() })
    void identify(item.id, what.digits)
    await take(item, await findOut(item))
  }

  async function byName(member: Person, note: string): Promise<void> {
    forget()
    const item = newItem(eventId, { method: 'manual', member_id: member.id, note, station: station() })
    const at = Date.parse(item.occurred_at)
    const known = event.value
    const found = known
      ? judgeName(member, { event: known, at, standing: standing({ memberId: member.id }) })
      : { ...WITHOUT_PACK, person: member }
    await take(item, found)
  }

  /** What this phone can say by itself. */
  async function findOut({ presentation, occurred_at }: Scan['item']): Promise<Found> {
    const kept = pack.value
    if (!kept) return { ...WITHOUT_PACK, cardId: readCard(presentation ?? '')?.id }
    const at = Date.parse(occurred_at)
    const evidence = await examine(presentation ?? '', kept, at)
    const who = { memberId: evidence.record?.member_id, cardId: evidence.cardId }
    return judgeCard(evidence, { event: event.value ?? kept.event, at, standing: standing(who) })
  }

  async function take(item: Scan['item'], found: Found): Promise<void> {
    awaited.add(item.id)
    current.value = item.id
    await keepScan({ item, found } satisfies Scan)
    await Promise.race([deliver(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])
    awaited.delete(item.id)
  }

  function forget(): void {
    other.value = seen.value = current.value = undefined
    if (photo.value) URL.revokeObjectURL(photo.value)
    photo.value = undefined
  }

  /** Whose card it is, for a look at the person: name and photo where this caller may see them. */
  async function identify(id: string, presentation: string): Promise<void> {
    const body = { presentation, event_id: eventId }
    const answer = await ok(officer.POST('/api/v1/cards/verify', { body })).catch(() => undefined)
    if (current.value !== id || !answer?.person) return
    seen.value = answer.person
    const picture = answer.person.has_photo ? await memberPhoto(answer.person.member_id) : undefined
    if (picture && current.value === id) photo.value = URL.createObjectURL(picture)
  }

  onBeforeUnmount(forget)
  return {
    attendance,
    event,
    scans,
    awaited,
    verdict,
    person,
    printed,
    photo,
    missing,
    alone,
    heldHere,
    scanned,
    byName,
  }
}

function personKey(scan: Scan): string {
  const { memberId, cardId } = whoOf(scan)
  return memberId ?? cardId ?? scan.item.id
}
