/**
 * The member's card on this phone: what the server last said, kept for the day without network, and renewed silently
 * whenever the server can be reached.
 */
import { computed, ref, shallowRef } from 'vue'
import { member, ok } from '@/api/client'
import { device, forgetDevice } from '@/api/device'
import type { Card, Credential, Membership } from '@/api/types'
import { table } from '@/shared/db'
import { mayRetry, Problem } from '@/shared/problem'

export interface KeptCard {
  card: Card
  membership: Membership
  credential?: Credential
  photo?: Blob
  /** When the server last confirmed all this. */
  updatedAt: number
}

const rows = table<KeptCard>('card')
const MINE = 'mine'

const kept = shallowRef<KeptCard>()
/** What this screen may show; undefined until something was kept or fetched. */
export const myCard = computed(() => kept.value)
/** How the last attempt to renew it went. */
export const freshness = ref<'kept' | 'updating' | 'fresh' | 'offline' | 'refused'>('kept')

/** Whether scanners refuse the code by now. Its last day ends as the server counts days, in China. */
export function codeExpired({ expires_on }: Credential, now: number): boolean {
  return now > Date.parse(`${expires_on}T23:59:59.999+08:00`)
}

const renewalDue = ({ renew_after }: Credential) => Date.now() >= Date.parse(renew_after)

export async function openCard(): Promise<void> {
  await readKept()
  await renewCard()
}

/** Whoever only ever checks in has a good code too, should the card be needed where there is no network. */
export async function keepCodeFresh(): Promise<void> {
  if (!device.value) return
  await readKept()
  const { credential } = kept.value ?? {}
  if (credential && renewalDue(credential)) await renewCard()
}

async function readKept(): Promise<void> {
  kept.value ??= await rows.get(MINE).catch(() => undefined)
}

let renewal: Promise<void> | undefined
/** Asks the server; whatever happens, what was kept stays on the screen. */
export function renewCard(): Promise<void> {
  renewal ??= renew().finally(() => (renewal = undefined))
  return renewal
}

async function renew(): Promise<void> {
  freshness.value = 'updating'
  try {
    const me = await ok(member.GET('/api/v1/me'))
    if (!me.card || !me.member) throw new Problem(404, 'not_found', 'no card')
    const before = kept.value?.card.id === me.card.id ? kept.value : undefined
    await keep({
      card: me.card,
      membership: me.member.membership,
      credential: await credentialFor(me.card, before?.credential),
      photo: me.card.has_photo ? await photoOf(me.member.id, before?.photo) : undefined,
      updatedAt: Date.now(),
    })
    freshness.value = 'fresh'
  } catch (error) {
    // Only a clear answer counts as a refusal; a server in trouble is like no network.
    freshness.value = error instanceof Problem && !mayRetry(error) ? 'refused' : 'offline'
  }
}

async function credentialFor(card: Card, before: Credential | undefined): Promise<Credential | undefined> {
  if (card.status !== 'active') return undefined
  if (before && !renewalDue(before)) return before
  return ok(member.GET('/api/v1/me/card/credential'))
}

/** A face that cannot be fetched must not keep the card from opening. */
async function photoOf(memberId: string, before: Blob | undefined): Promise<Blob | undefined> {
  const answer = member.GET('/api/v1/members/{id}/photo', {
    params: { path: { id: memberId } },
    parseAs: 'blob',
  })
  return ok(answer).catch(() => before)
}

/** Without storage the card needs the network each time; its holder should know before the day it matters. */
export const unsaved = ref(false)

async function keep(card: KeptCard): Promise<void> {
  kept.value = card
  unsaved.value = await rows.put(MINE, card).then(
    () => false,
    () => true,
  )
}

/** Leaves nothing of the card on this phone. */
export async function removeCard(): Promise<void> {
  await forgetDevice()
  await rows.delete(MINE)
  kept.value = undefined
}
