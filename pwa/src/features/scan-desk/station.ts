/** The name of this phone among those that scan at one event, made once: it stands beside each of its scans. */
import { setting } from '@/shared/settings-store'
import { toHex } from '@/shared/codes/bytes'
import { t } from './messages'

const kept = setting<string>('station', '')

export function station(): string {
  if (!kept.value) {
    const code = toHex(crypto.getRandomValues(new Uint8Array(2))).toUpperCase()
    kept.value = t('station', { code })
  }
  return kept.value
}
