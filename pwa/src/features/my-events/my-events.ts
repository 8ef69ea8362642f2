import { member, ok } from '@/api/client'
import type { OwnEvent } from '@/api/types'

/** Upcoming and open events for this member, soonest first. */
export const listMyEvents = (cursor: string | undefined) =>
  ok(member.GET('/api/v1/me/events', { params: { query: { cursor } } }))

export async function askForLeave(eventId: string, reason: string): Promise<void> {
  await ok(member.POST('/api/v1/events/{id}/leave', { params: { path: { id: eventId } }, body: { reason } }))
}

/** Leave makes sense until one is there, and as long as the event is still to come or going on. */
export function mayAskForLeave({ event, outcome }: OwnEvent): boolean {
  return (
    (event.state === 'upcoming' || event.state === 'open') && (outcome === null || outcome === 'expected')
  )
}

export function mayCheckIn({ event, outcome }: OwnEvent): boolean {
  return event.state === 'open' && outcome !== 'present'
}
