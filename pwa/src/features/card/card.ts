/**
 * The member's card on this phone: what the server last said, kept for the day without network, and renewed silently
 * whenever the server can be reached.
 */
import { computed, ref, shallowRef } from 'vue'
import { member, ok } from '@/api/client'
import { forgetDevice } from '@/api/device'
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

export async function openCard(): Promise<void> {
  kept.value ??= await rows.get(MINE).catch(() => undefined)
  await renewCard()
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
  if (before && Date.now() < Date.parse(before.renew_after)) return before
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

async function keep(card: KeptCard): Promise<void> {
  kept.value = card
  // Without storage the card simply needs the network each time.
  await rows.put(MINE, card).catch(() => undefined)
}

/** Leaves nothing of the card on this phone. */
export async function removeCard(): Promise<void> {
  await forgetDevice()
  await rows.delete(MINE)
  kept.value = undefined
}
