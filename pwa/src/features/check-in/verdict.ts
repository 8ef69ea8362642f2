/** What the server's verdict means to the person who scanned: a headline, a reason, and what to do next. */
import type { CheckInAnswer } from '@/api/types'
import type { IconName } from '@/shared/ui/icons'
import type { Tone } from '@/shared/ui/tone'
import { t } from './messages'

export interface Verdict {
  tone: Tone
  icon: IconName
  headline: string
  advice: string
  /** Scanning once more can help. */
  again: boolean
}

const AGAIN = [
  'code_invalid',
  'code_expired',
  'clock_implausible',
  'too_early',
  'unknown_event',
  'presentation_stale',
]

export function verdictOf(answer: CheckInAnswer): Verdict {
  switch (answer.verdict) {
    case 'accepted':
      return say('good', 'tick', 'accepted')
    case 'replayed':
      return verdictOf({ ...answer, verdict: firstVerdict(answer) })
    case 'duplicate':
      return say('good', 'tick', 'duplicate')
    case 'conflict':
      return say('warn', 'clock', 'conflict')
    case 'rejected': {
      const reason = answer.reason ?? 'rejected'
      const known = t.has(reason) && t.has(`${reason}Advice`) ? reason : 'rejected'
      return say('bad', 'stop', known, AGAIN.includes(reason))
    }
  }
}

/** Of an answer told once more: a refusal names its reason, and whoever is not present by now waits for the secretary. */
function firstVerdict({ reason, check_in }: CheckInAnswer) {
  if (reason) return 'rejected'
  return check_in?.outcome === 'present' ? 'accepted' : 'conflict'
}

type Said = { [K in Parameters<typeof t>[0]]: K extends `${infer Name}Advice` ? Name : never }[Parameters<
  typeof t
>[0]]

export function say(tone: Tone, icon: IconName, name: Said, again = false): Verdict {
  return { tone, icon, headline: t(name), advice: t(`${name}Advice`), again }
}
