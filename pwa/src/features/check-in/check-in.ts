/** One check-in from the code in the address to something to tell the person. */
import { Problem } from '@/shared/problem'
import { errorText } from '@/shared/error-text'
import type { CheckIn } from '@/api/types'
import { deliver } from './courier'
import { t } from './messages'
import { NotAnEventCode, NotBound, takeScan, type Scan } from './scans'
import { say, verdictOf, type Verdict } from './verdict'

export interface Outcome {
  verdict: Verdict
  checkIn?: CheckIn
  /** Waits on this phone for the network. */
  scan?: Scan
}

export async function checkIn(digits: string): Promise<Outcome> {
  try {
    const scan = await takeScan(digits)
    if (!scan.answer && !scan.failure) await deliver()
    return outcomeOf(scan)
  } catch (error) {
    if (error instanceof NotAnEventCode) return { verdict: say('bad', 'stop', 'unreadable', true) }
    if (error instanceof NotBound) return { verdict: say('info', 'phone', 'notBound') }
    throw error
  }
}

export function outcomeOf(scan: Scan): Outcome {
  if (scan.answer) return { verdict: verdictOf(scan.answer), checkIn: scan.answer.check_in ?? undefined }
  if (!scan.failure) return { verdict: say('info', 'phone', 'kept'), scan }
  if (scan.failure.status === 401) return { verdict: say('bad', 'stop', 'presentation_invalid') }
  const advice = errorText(new Problem(scan.failure.status, scan.failure.code, ''))
  return { verdict: { tone: 'bad', icon: 'stop', headline: t('failed'), advice, again: true } }
}
