/**
 * The phone of a member: a key that never leaves the browser, and the card it was bound to. Whoever holds the key is
 * the member; there is no password.
 */
import { computed, shallowRef } from 'vue'
import { keepStorage, table } from '@/shared/db'
import type { DeviceIdentity } from '@/shared/codes/device-jwt'
import { forgetBulletins } from './kept-bulletins'
import { forgetAnswers } from './last-answers'

export interface BoundDevice extends DeviceIdentity {
  publicKey: CryptoKey
  cardNumber: string
  /** The registry's own address, to which the phone signs in, by whatever name this page was reached. */
  audience: string
  boundAt: number
}

const rows = table<BoundDevice>('device')
const THIS = 'this'

const bound = shallowRef<BoundDevice>()
/** The binding of this phone; undefined while there is none. */
export const device = computed(() => bound.value)

/** Reads the binding; asked once, before the first route. */
export async function loadDevice(): Promise<void> {
  // Without storage (an old browser's private mode) this is simply not a bound phone.
  bound.value = await rows.get(THIS).catch(() => undefined)
}

export async function bindDevice(binding: BoundDevice): Promise<void> {
  await rows.put(THIS, binding)
  bound.value = binding
  await keepStorage()
}

/** The binding is gone for good, at the server or by the member's wish. */
export async function forgetDevice(): Promise<void> {
  bound.value = undefined
  await rows.delete(THIS)
  await Promise.all([forgetAnswers(), forgetBulletins()])
}
