import type { IconName } from './icons'

/** What a colour means. Words and an icon always say the same. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'neutral'

export const toneIcon: Record<Tone, IconName> = {
  good: 'tick',
  warn: 'warn',
  bad: 'stop',
  info: 'info',
  neutral: 'clock',
}
