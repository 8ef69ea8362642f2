/** What a scanned card is worth. A stranger learns whether it is valid; an officer in scope also whose it is. */
import { rememberedAccount } from '@/api/account'
import { anyone, officer, ok } from '@/api/client'
import type { CardVerdict, Verification } from '@/api/types'
import { fromDigits } from '@/shared/codes/digits'
import { mayRetry } from '@/shared/problem'
import type { IconName } from '@/shared/ui/icons'
import type { Tone } from '@/shared/ui/tone'
import { t } from './messages'

export async function verifyCard(digits: string): Promise<Verification> {
  if (!fromDigits(digits)?.length)
    return {
      verdict: 'unknown',
      presence: null,
      issuer: null,
      checked_at: new Date().toISOString(),
      person: null,
    }
  const client = rememberedAccount.value ? officer : anyone
  return ok(client.POST('/api/v1/cards/verify', { body: { presentation: digits } }))
}

/** Nobody was asked: then nothing is known of the card, however good it looks. */
export const notReached = mayRetry

export interface Shown {
  tone: Tone
  icon: IconName
  headline: string
  note: string
}

export function show(verdict: CardVerdict): Shown {
  switch (verdict) {
    case 'valid':
      return { tone: 'good', icon: 'tick', headline: t('valid'), note: t('validNote') }
    case 'review_due':
      return { tone: 'warn', icon: 'clock', headline: t('review_due'), note: t('review_dueNote') }
    case 'stale':
      return { tone: 'warn', icon: 'clock', headline: t('stale'), note: t('staleNote') }
    case 'forged':
      return { tone: 'bad', icon: 'stop', headline: t('forged'), note: t('forgedNote') }
    case 'unknown':
      return { tone: 'bad', icon: 'stop', headline: t('unknown'), note: t('unknownNote') }
    default:
      return { tone: 'bad', icon: 'stop', headline: t(verdict), note: t('notValidNote') }
  }
}
