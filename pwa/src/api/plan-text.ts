/** What a plan's targets say, to officers and members alike. */
import { formatHours, formatNumber } from '@/shared/format'
import { messages } from '@/shared/i18n'
import { term } from '@/shared/i18n/terms-records'
import type { PlanPhase, PlanTarget, TargetDone } from './types'

const t = messages({
  zh: {
    sessions: '参加{kinds}不少于 {least} 次',
    hours: '参加{kinds}不少于 {least}',
    documents: '{kind}不少于 {least} 篇',
    each: '{kind}不少于 {least} 篇，每篇不少于 {length} 字',
    together: '{kind}累计不少于 {length} 字',
    togetherOf: '{kind}不少于 {least} 篇，累计不少于 {length} 字',
    study: '学习',
    and: '、',
    inPhase: '{text}（{phase}）',
    'done.sessions': '{done} / {least} 次',
    'done.hours': '{done} / {least}',
    'done.documents': '{done} / {least} 篇',
    'done.length': '{done} / {least} 字',
  },
  en: {
    sessions: 'at least {least} sessions of {kinds}',
    hours: 'at least {least} of {kinds}',
    documents: '{kind}: at least {least}',
    each: '{kind}: at least {least}, of {length} characters each',
    together: '{kind}: at least {length} characters in all',
    togetherOf: '{kind}: at least {least}, of {length} characters in all',
    study: 'study',
    and: ', ',
    inPhase: '{text} ({phase})',
    'done.sessions': '{done} of {least} sessions',
    'done.hours': '{done} of {least}',
    'done.documents': '{done} of {least}',
    'done.length': '{done} of {least} characters',
  },
})

export function targetText(target: PlanTarget, phases: PlanPhase[]): string {
  const phase = target.phase ? phases[target.phase - 1]?.name : undefined
  return phase ? t('inPhase', { text: asked(target), phase }) : asked(target)
}

function asked({ measure, kinds, document_kind, least, least_length, together }: PlanTarget): string {
  if (measure === 'document') {
    const kind = term(`document_kind.${document_kind ?? 'other'}`)
    if (!least_length) return t('documents', { kind, least })
    const length = formatNumber(least_length)
    if (!together) return t('each', { kind, least, length })
    return least > 1 ? t('togetherOf', { kind, least, length }) : t('together', { kind, length })
  }
  const named = kinds?.length ? kinds.map((kind) => term(`event.${kind}`)).join(t('and')) : t('study')
  if (measure === 'hours') return t('hours', { kinds: named, least: formatHours(least) })
  return t('sessions', { kinds: named, least })
}

/** 3 / 15 次 */
export function doneText({ done, least }: TargetDone, { measure, together }: PlanTarget): string {
  if (measure === 'hours') return t('done.hours', { done: formatHours(done), least: formatHours(least) })
  const values = { done: formatNumber(done), least: formatNumber(least) }
  if (measure === 'sessions') return t('done.sessions', values)
  return t(together ? 'done.length' : 'done.documents', values)
}
