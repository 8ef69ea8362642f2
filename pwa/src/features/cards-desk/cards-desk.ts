/** The card desk: issuing, handing over to a phone, and everything that happens to a card after that. */
import { onBeforeUnmount, onMounted, ref, shallowRef } from 'vue'
import { officer, ok, okWithTag } from '@/api/client'
import { memberPhoto, putMemberPhoto } from '@/api/files'
import type { Card, CardAction, Device, IssuedCard, OneTimeLink } from '@/api/types'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useBlobUrl } from '@/shared/ui/blob'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

/** Every change of state; issuing a card and binding a phone have screens of their own. */
export type Change = Exclude<CardAction, 'issue' | 'activate'>
export const GRAVE: readonly Change[] = ['suspend', 'report_lost', 'revoke', 'surrender']
export const OPTIONAL_REASON: readonly Change[] = ['review', 'surrender']
/** What a person comes to the desk for, in the order in which it is asked. */
export const FIRST: readonly Change[] = ['review', 'report_lost', 'replace', 'resume']

const MOST_PHOTO_BYTES = 5 * 1024 * 1024
const LOOK_AGAIN_MS = 3000

export function usualReasons(change: Change): string[] {
  return [1, 2]
    .map((n) => `usual.${change}.${n}`)
    .filter((key) => t.has(key))
    .map((key) => t(key as never))
}

export function useIssue(registrationId: string) {
  const path = { id: registrationId }
  const registration = useLoad(() => ok(officer.GET('/api/v1/registrations/{id}', { params: { path } })))
  const issued = shallowRef<IssuedCard>()
  // Pressing twice, or again after a broken connection, issues one card.
  const header = { 'Idempotency-Key': crypto.randomUUID() }

  const issue = useAction(async () => {
    issued.value = await ok(
      officer.POST('/api/v1/registrations/{id}/cards', { params: { path, header }, body: {} }),
    )
  })
  const exists = () => issue.error.value instanceof Problem && issue.error.value.code === 'card_exists'
  return { registration, issued, issue, exists }
}

export function usePhoto(memberId: string, has: boolean) {
  const there = ref(has)
  const { load, url } = useBlobUrl(async () => (there.value ? await memberPhoto(memberId) : undefined))
  const tooLarge = ref(false)
  const put = useAction(async (file: File) => {
    tooLarge.value = file.size > MOST_PHOTO_BYTES
    if (tooLarge.value) return
    await putMemberPhoto(memberId, file)
    toast(t('photoSaved'))
    there.value = true
    await load.reload()
  })
  return { load, url, put, tooLarge }
}

export function useCard(number: string) {
  const path = { number }
  const tag = ref('')
  const card = useLoad(async () => {
    const { body, etag } = await okWithTag(officer.GET('/api/v1/cards/{number}', { params: { path } }))
    tag.value = etag
    return body
  })
  const history = useLoad(() => ok(officer.GET('/api/v1/cards/{number}/history', { params: { path } })))
  const replacement = shallowRef<IssuedCard>()

  const change = useAction(async (what: Change, reason: string) => {
    const header: Record<string, string> = tag.value ? { 'If-Match': tag.value } : {}
    if (what === 'replace') replacement.value = await replace(number, reason)
    else await send(number, what, reason, header)
    toast(t(`done.${what}`))
    await Promise.all([card.reload(), history.reload()])
  })
  return { card, history, change, replacement }
}

const replace = (number: string, reason: string) =>
  ok(officer.POST('/api/v1/cards/{number}/replace', { params: { path: { number } }, body: { reason } }))

function send(
  number: string,
  change: Exclude<Change, 'replace'>,
  reason: string,
  header: Record<string, string>,
) {
  const params = { path: { number }, header }
  if (change === 'review' || change === 'surrender')
    return ok(
      officer.POST(`/api/v1/cards/{number}/${change}`, { params, body: { reason: reason || undefined } }),
    )
  return ok(officer.POST(`/api/v1/cards/{number}/${change}`, { params, body: { reason } }))
}

/** The picture of the card, as it is shown, saved and printed. */
export function useCardFace(number: string) {
  return useBlobUrl(async () => {
    const path = { number }
    return await ok(officer.GET('/api/v1/cards/{number}/card.png', { params: { path }, parseAs: 'blob' }))
  })
}

const devicesOf = (number: string) =>
  ok(officer.GET('/api/v1/cards/{number}/devices', { params: { path: { number } } })).then(
    ({ items }) => items,
  )

export function useDevices(number: string) {
  const devices = useLoad(() => devicesOf(number))
  const remove = useAction(async (device: Device) => {
    const path = { number, device_id: device.id }
    await ok(officer.DELETE('/api/v1/cards/{number}/devices/{device_id}', { params: { path } }))
    toast(t('removed'))
    await devices.reload()
  })
  return { devices, remove }
}

/**
 * Handing a card over to a phone: shows a one-time link, makes a new one when it has ended, and notices by itself
 * when a phone has been bound.
 */
export function useHandOver(card: Pick<Card, 'number'>, first?: OneTimeLink) {
  const link = shallowRef<OneTimeLink | undefined>(first)
  const bound = ref(false)
  let before: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let gone = false

  const renew = useAction(async () => {
    const path = { number: card.number }
    link.value = await ok(officer.POST('/api/v1/cards/{number}/activations', { params: { path }, body: {} }))
  })
  const full = () => renew.error.value instanceof Problem && renew.error.value.code === 'device_limit'

  async function look(): Promise<void> {
    try {
      const count = (await devicesOf(card.number)).length
      before ??= count
      bound.value = count > before
    } catch {
      // Not reached just now: the next look may.
    }
    if (!gone && !bound.value) timer = setTimeout(look, LOOK_AGAIN_MS)
  }

  onMounted(() => {
    if (!link.value) void renew.run()
    void look()
  })
  onBeforeUnmount(() => {
    gone = true
    clearTimeout(timer)
  })
  return { link, bound, renew, full }
}
