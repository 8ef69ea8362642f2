import { forgetDevice } from '@/api/device'
import { member, ok } from '@/api/client'
import type { Device, Me, Member } from '@/api/types'

export interface MyData {
  me: Me
  devices: Device[]
}

export const readMe = (): Promise<Me> => ok(member.GET('/api/v1/me'))

export async function readMyData(): Promise<MyData> {
  const [me, devices] = await Promise.all([readMe(), ok(member.GET('/api/v1/me/devices'))])
  return { me, devices: devices.items }
}

export interface ContactForm {
  phone: string
  employer: string
  address: string
}

export function contactForm(person: Member): ContactForm {
  return { phone: person.phone, employer: person.employer ?? '', address: person.address ?? '' }
}

/** Sends only what was changed, so that a slip elsewhere cannot overwrite anything. */
export async function saveContact(before: Member, form: ContactForm): Promise<void> {
  const old = contactForm(before)
  const body: { phone?: string; employer?: string | null; address?: string | null } = {}
  const phone = form.phone.replace(/\s/g, '')
  if (phone !== old.phone) body.phone = phone
  if (form.employer.trim() !== old.employer) body.employer = form.employer.trim() || null
  if (form.address.trim() !== old.address) body.address = form.address.trim() || null
  if (Object.keys(body).length > 0) await ok(member.PATCH('/api/v1/me', { body }))
}

export async function unbind(deviceId: string): Promise<void> {
  await ok(member.DELETE('/api/v1/me/devices/{id}', { params: { path: { id: deviceId } } }))
}

/** The card and every key bound to it die at the server; the one here is then of no use. */
export async function reportLost(cardNumber: string, reason: string): Promise<void> {
  const params = { path: { number: cardNumber } }
  await ok(member.POST('/api/v1/cards/{number}/report_lost', { params, body: { reason } }))
  await forgetDevice()
}
