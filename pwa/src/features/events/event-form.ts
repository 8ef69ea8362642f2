/** Making and changing an event: few questions, each with an answer that is usually right. */
import { computed, nextTick, reactive, ref, watch } from 'vue'
import { account } from '@/api/account'
import { officer, ok, okWithTag } from '@/api/client'
import { unitsFor } from '@/api/roles'
import type { Event, EventInput, EventKind } from '@/api/types'
import { fieldText } from '@/shared/field-text'
import { term } from '@/shared/i18n/terms'
import { useAction } from '@/shared/ui/action'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export interface EventDraft {
  unitId: string
  kind: EventKind
  title: string
  date: string
  from: string
  until: string
  place: string
  audience: 'unit' | 'open'
  hours: number
  opensBefore: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const OPENS_BEFORE = 30

const two = (value: number) => String(value).padStart(2, '0')
const dayOf = (date: Date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
const timeOf = (date: Date) => `${two(date.getHours())}:${two(date.getMinutes())}`

/** From the next half hour, for two hours: the event is often about to begin when it is entered. */
export function newDraft(unitId: string, now = new Date()): EventDraft {
  const start = new Date(Math.ceil(now.getTime() / (30 * MINUTE_MS)) * 30 * MINUTE_MS)
  const end = new Date(start.getTime() + 2 * HOUR_MS)
  return {
    unitId,
    kind: 'collective_study',
    title: '',
    date: dayOf(start),
    from: timeOf(start),
    until: timeOf(end),
    place: '',
    audience: 'unit',
    hours: 2,
    opensBefore: OPENS_BEFORE,
  }
}

export function draftOf(event: Event): EventDraft {
  const [from, until] = [new Date(event.starts_at), new Date(event.ends_at)]
  return {
    unitId: event.unit.id,
    kind: event.kind,
    title: event.title,
    date: dayOf(from),
    from: timeOf(from),
    until: timeOf(until),
    place: event.place ?? '',
    audience: event.audience,
    hours: event.hours,
    opensBefore: Math.round((from.getTime() - Date.parse(event.check_in.opens_at)) / MINUTE_MS),
  }
}

/** An end that is not after the start is on the next day: meetings may go past midnight. */
export function spanOf(draft: Pick<EventDraft, 'date' | 'from' | 'until'>): { start: Date; end: Date } {
  const start = new Date(`${draft.date}T${draft.from}`)
  const end = new Date(`${draft.date}T${draft.until}`)
  if (end <= start) end.setDate(end.getDate() + 1)
  return { start, end }
}

/** Counted by half hours. */
export function hoursOf(draft: Pick<EventDraft, 'date' | 'from' | 'until'>): number {
  const { start, end } = spanOf(draft)
  const hours = (end.getTime() - start.getTime()) / HOUR_MS
  return Number.isNaN(hours) ? 0 : Math.max(0.5, Math.round(hours * 2) / 2)
}

export function requestOf(draft: EventDraft): EventInput {
  const { start, end } = spanOf(draft)
  return {
    unit_id: draft.unitId,
    kind: draft.kind,
    title: draft.title.trim() || term(`event.${draft.kind}`),
    starts_at: start.toISOString(),
    ends_at: end.toISOString(),
    place: draft.place.trim(),
    hours: draft.hours,
    audience: draft.audience,
    check_in: {
      opens_at: new Date(start.getTime() - draft.opensBefore * MINUTE_MS).toISOString(),
      closes_at: end.toISOString(),
    },
  }
}

export type EventChanges = Partial<Omit<EventInput, 'unit_id'>>

/** Only what was changed: after an event its title and place may still be mended, and nothing else. */
export function changesFrom(before: Event | undefined, request: EventInput): EventChanges {
  const unchanged: Record<string, unknown> = before ? { ...requestOf(draftOf(before)) } : {}
  const changed = Object.entries(request).filter(
    ([key, value]) => key !== 'unit_id' && JSON.stringify(value) !== JSON.stringify(unchanged[key]),
  )
  return Object.fromEntries(changed)
}

export function missingIn(draft: EventDraft): Partial<Record<string, string>> {
  const missing = (text: string) => (text.trim() ? undefined : t('missing'))
  const faults = {
    '/date': missing(draft.date),
    '/starts_at': missing(draft.from),
    '/ends_at': missing(draft.until),
    '/place': missing(draft.place),
  }
  return Object.fromEntries(Object.entries(faults).filter(([, text]) => text))
}

export function useEventForm(
  id: string | undefined,
  askedUnit: string | undefined,
  done: (event: Event) => void,
  /** Whoever comes from a record that needs a meeting of its kind. */
  askedKind?: EventKind,
) {
  const units = computed(() => unitsFor(account.value, 'holdEvents'))
  const unit = units.value.find((one) => one.id === askedUnit) ?? units.value[0]
  const draft = reactive({ ...newDraft(unit?.id ?? ''), ...(askedKind && { kind: askedKind }) })
  const tag = ref('')
  const tried = ref(false)
  const key = crypto.randomUUID()

  const original = useLoad(async () => {
    if (!id) return null
    const path = { id }
    const { body, etag } = await okWithTag(officer.GET('/api/v1/events/{id}', { params: { path } }))
    tag.value = etag
    Object.assign(draft, draftOf(body))
    return body
  })
  watch(
    () => [draft.date, draft.from, draft.until],
    () => (draft.hours = hoursOf(draft)),
  )
  // Most meetings are held where the branch is.
  watch(
    () => draft.unitId,
    async (now) => {
      if (id || draft.place || !now) return
      const found = await ok(officer.GET('/api/v1/units/{id}', { params: { path: { id: now } } })).catch(
        () => undefined,
      )
      if (!draft.place) draft.place = found?.address ?? ''
    },
    { immediate: true },
  )

  const save = useAction(async () => {
    const request = requestOf(draft)
    if (!id) {
      const params = { header: { 'Idempotency-Key': key } }
      return done(await ok(officer.POST('/api/v1/events', { params, body: request })))
    }
    const params = { path: { id }, header: { 'If-Match': tag.value } }
    const body = changesFrom(original.data.value ?? undefined, request)
    const saved = await ok(officer.PATCH('/api/v1/events/{id}', { params, body }))
    toast(t('saved'))
    done(saved)
  })
  const own = computed(() => (tried.value ? missingIn(draft) : {}))
  const fault = (pointer: string) => own.value[pointer] ?? fieldText(save.error.value, pointer)

  async function submit(): Promise<void> {
    tried.value = true
    if (Object.keys(own.value).length === 0 && (await save.run())) return
    await nextTick()
    document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }
  return { units, draft, original, save, fault, submit }
}
