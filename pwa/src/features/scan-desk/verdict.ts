/** The words of a scan: the server's verdict, or until it has spoken what this phone has found out. */
import { serverNow } from '@/api/server-clock'
import { rejectText } from '@/shared/i18n/reject'
import type { IconName } from '@/shared/ui/icons'
import type { Tone } from '@/shared/ui/tone'
import type { Doubt, Found } from './judge'
import { t } from './messages'
import type { Scan } from './standing'

export interface Verdict {
  tone: Tone
  icon: IconName
  headline: string
  /** In a list there is room for two words. */
  short: string
  details: string[]
  /** What becomes of it next. */
  next?: string
}

/** `awaited`: the server is being asked, and may answer at any moment. */
export function verdictOf(scan: Scan, awaited = false): Verdict {
  if (scan.answer) return answered(scan.answer)
  if (scan.failure) return say('bad', 'stop', t('failed'))
  if (awaited || !scan.found) return say('info', 'clock', t('sending'))
  return kept(scan.found, scan.item.method === 'manual')
}

function answered({ verdict, reason, check_in }: NonNullable<Scan['answer']>): Verdict {
  switch (verdict) {
    case 'accepted':
      return say('good', 'tick', t('accepted'))
    case 'replayed':
      // The first answer was lost on its way; what stands now tells what it was.
      if (reason) return say('bad', 'stop', t('rejected'), [rejectText(reason)])
      return check_in?.outcome === 'present'
        ? say('good', 'tick', t('accepted'))
        : say('warn', 'warn', t('conflict'))
    case 'duplicate':
      return say('info', 'info', t('duplicate'))
    case 'conflict':
      return say('warn', 'warn', t('conflict'))
    case 'rejected':
      return say('bad', 'stop', t('rejected'), [rejectText(reason)])
  }
}

function kept(found: Found, byName: boolean): Verdict {
  const doubts = found.doubts.map((doubt) => doubtText(doubt, found))
  const next = t('keptHere')
  switch (found.verdict) {
    case 'valid': {
      const said =
        doubts.length > 0
          ? say('warn', 'eye', t('validLook'), doubts)
          : say('good', 'phone', byName ? t('noted') : t('valid'))
      return { ...said, short: t('shortKept'), next }
    }
    case 'duplicate':
      return say('info', 'info', t('duplicate'), [t('duplicateHere')])
    case 'conflict':
      return { ...say('warn', 'warn', t('conflict')), next }
    case 'rejected': {
      const why = found.reason === 'card_not_valid' ? t('cardNotValid') : rejectText(found.reason)
      return say('bad', 'stop', t('rejected'), [why])
    }
    case 'unsure': {
      const unknown = found.doubts.includes('unknown_holder') && doubts.length === 1
      const headline = unknown ? t('unknownHolder') : t('cannotTell')
      return { ...say('warn', 'warn', headline, doubts), short: t('shortUnsure'), next: t('keptUnsure') }
    }
  }
}

function doubtText(doubt: Doubt, { listIssuedAt = 0 }: Found): string {
  const days = Math.floor((serverNow() - listIssuedAt) / (24 * 3600_000))
  return t(`doubt.${doubt}`, { days })
}

export function say(tone: Tone, icon: IconName, headline: string, details: string[] = []): Verdict {
  return { tone, icon, headline, short: headline, details }
}
