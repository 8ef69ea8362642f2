/** Binds this phone to a card: makes the key, hands over its public half with the one-time code. */
import { anyone, memberTokens, ok } from '@/api/client'
import { bindDevice } from '@/api/device'
import { exportPublicKey, makeDeviceKey } from '@/shared/codes/p256'
import { errorText } from '@/shared/error-text'
import { Problem } from '@/shared/problem'
import { t } from './messages'

/** The code out of the address, or undefined when it was cut short on its way. */
export function activationCode(hash: string): string | undefined {
  return /^#([A-Za-z0-9_-]{8,200})$/.exec(hash)?.[1]
}

export class NoKeys extends Error {}

export async function activate(code: string): Promise<void> {
  const keys = await makeDeviceKey().catch(() => {
    throw new NoKeys()
  })
  const public_key = await exportPublicKey(keys.publicKey)
  const bound = await ok(anyone.POST('/api/v1/activations', { body: { code, public_key } }))
  await bindDevice({
    deviceId: bound.device_id,
    cardNumber: bound.card.number,
    audience: bound.audience,
    privateKey: keys.privateKey,
    publicKey: keys.publicKey,
    boundAt: Date.now(),
  }).catch(() => {
    throw new NoKeys()
  })
  memberTokens.set(bound)
}

export function activationError(error: unknown): string {
  if (error instanceof NoKeys) return t('noKeys')
  if (error instanceof Problem) {
    if (error.code === 'gone' || error.code === 'not_found') return t('expired')
    if (error.code === 'device_limit') return t('limit')
  }
  return errorText(error)
}
