/** One check-in from the code in the address to something to tell the person. */
import { Problem } from '@/shared/problem'
import { errorText } from '@/shared/error-text'
import { formatDateTime } from '@/shared/format'
import type { IconName } from '@/shared/ui/icons'
import type { Tone } from '@/shared/ui/tone'
import type { CheckIn } from '@/api/types'
import { deliver } from './courier'
import { t } from './messages'
import { NotAnEventCode, NotBound, takeScan, waits, type Scan } from './scans'
import { say, verdictOf, type Verdict } from './verdict'

export interface Outcome {
  verdict: Verdict
  checkIn?: CheckIn
  scan?: Scan
  /** The scan is kept on this phone until the server can be reached. */
  waits?: boolean
}

export async function checkIn(digits: string): Promise<Outcome> {
  try {
    const scan = await takeScan(digits)
    if (waits(scan)) await deliver()
    return outcomeOf(scan)
  } catch (error) {
    if (error instanceof NotAnEventCode) return { verdict: say('bad', 'stop', 'unreadable', true) }
    if (error instanceof NotBound) return { verdict: say('info', 'phone', 'notBound') }
    throw error
  }
}

export function outcomeOf(scan: Scan): Outcome {
  if (scan.answer)
    return { scan, verdict: verdictOf(scan.answer), checkIn: scan.answer.check_in ?? undefined }
  if (waits(scan)) return { scan, verdict: waitingVerdict(scan), waits: true }
  const advice = errorText(scan.failure && new Problem(scan.failure.status, scan.failure.code, ''))
  return { scan, verdict: { tone: 'bad', icon: 'stop', headline: t('failed'), advice, again: true } }
}

function waitingVerdict({ failure, unsaved }: Scan): Verdict {
  if (unsaved) return say('warn', 'warn', 'unsaved')
  return failure ? say('warn', 'phone', 'unrecognised') : say('info', 'phone', 'kept')
}

/** What became of a kept scan, for whoever has long left its page. */
export function tidingsOf(scan: Scan): Tidings {
  const { verdict, checkIn } = outcomeOf(scan)
  const { tone, icon, headline } = verdict
  return {
    tone,
    icon,
    title: t(tone === 'bad' ? 'notCounted' : 'arrived', { verdict: headline }),
    event: checkIn?.event.title,
    when: formatDateTime(new Date(scan.scannedAt).toISOString()),
    advice: tone === 'good' ? undefined : verdict.advice,
  }
}

export interface Tidings {
  tone: Tone
  icon: IconName
  title: string
  event?: string
  when: string
  advice?: string
}
