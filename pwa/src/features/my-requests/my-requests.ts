/** What a member asks for: to go home, to another host, to transfer; and the withdrawal of what is still pending. */
import { computed, ref } from 'vue'
import { member, ok } from '@/api/client'
import { lastAnswer } from '@/api/last-answers'
import type { Me, MemberRequest, NewRequest, RequestKind, UnitRef } from '@/api/types'
import { newId } from '@/shared/ids'
import { term } from '@/shared/i18n/terms'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import type { IconName } from '@/shared/ui/icons'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import type { Tone } from '@/shared/ui/tone'
import { t } from './messages'

export const KINDS: { kind: RequestKind; icon: IconName }[] = [
  { kind: 'going_home', icon: 'home' },
  { kind: 'moved', icon: 'place' },
  { kind: 'transfer', icon: 'flag' },
]

export const TONES: Record<MemberRequest['status'], Tone> = {
  open: 'info',
  done: 'good',
  refused: 'warn',
  taken_back: 'neutral',
  lapsed: 'neutral',
}

interface Mine {
  registration: Me['registration']
  requests: MemberRequest[]
}

async function read(): Promise<Mine> {
  const query = { limit: 50 }
  const [me, { items }] = await Promise.all([
    ok(member.GET('/api/v1/me')),
    ok(member.GET('/api/v1/me/requests', { params: { query } })),
  ])
  return { registration: me.registration, requests: items }
}

export function useMyRequests() {
  const kept = ref(false)
  const mine = useLoad(async () => {
    const { answer, kept: before } = await lastAnswer('requests', read)
    kept.value = before
    return answer
  })
  const registration = computed(() => mine.data.value?.registration)
  const mayAsk = computed(() => ['active', 'out_of_contact'].includes(registration.value?.status ?? ''))
  const mayWithdraw = computed(() => registration.value?.actions.includes('withdraw') ?? false)
  const isOpen = (kind: RequestKind) =>
    mine.data.value?.requests.some((request) => request.kind === kind && request.status === 'open') ?? false

  const takeBack = useAction(async (id: string) => {
    await ok(member.POST('/api/v1/me/requests/{id}/take_back', { params: { path: { id } } }))
    toast(t('takenBack'))
    await mine.reload()
  })
  const withdraw = useAction(async (reason: string) => {
    const path = { id: registration.value?.id ?? '' }
    const body = { reason: reason || undefined }
    await ok(member.POST('/api/v1/registrations/{id}/withdraw', { params: { path }, body }))
    toast(t('withdrawn'))
    await mine.reload()
  })
  return { mine, kept, mayAsk, mayWithdraw, isOpen, takeBack, withdraw }
}

/** A search for UiCombobox among the units that can take a member in. */
export async function findHosts(text: string) {
  const query = { q: text || undefined, limit: 30 }
  const { items } = await ok(member.GET('/api/v1/me/hosts', { params: { query } }))
  return items.map((unit: UnitRef) => ({ id: unit.id, text: unit.name, note: term(`unit.${unit.kind}`) }))
}

export interface RequestForm {
  hostId?: string
  place: string
  wished: string
  note: string
}

/** The body to send; nothing that does not belong to the kind. */
export function requestBody(kind: RequestKind, form: RequestForm): NewRequest {
  const place = form.place.trim()
  return {
    kind,
    wished_on: form.wished || undefined,
    note: form.note.trim() || undefined,
    ...(kind === 'moved' ? { host_unit_id: form.hostId, place: place || undefined } : {}),
  }
}

export function useAsking(done: () => void) {
  // The same key when the same is sent again after a broken connection.
  let attempt: { of: string; key: string } | undefined
  return useAction(async (body: NewRequest) => {
    const of = JSON.stringify(body)
    if (attempt?.of !== of) attempt = { of, key: newId(Date.now()) }
    const params = { header: { 'Idempotency-Key': attempt.key } }
    await ok(member.POST('/api/v1/me/requests', { params, body }))
    toast(t('sent'))
    done()
  })
}

export const existsAlready = (error: unknown): boolean =>
  error instanceof Problem && error.code === 'request_exists'
