/** The help that concerns the member: pairs, cases and what was given, each as one line. */
import { ref } from 'vue'
import { member, ok } from '@/api/client'
import { lastAnswer } from '@/api/last-answers'
import type { MyHelp } from '@/api/types'
import { formatDate, formatYuan } from '@/shared/format'
import { term } from '@/shared/i18n/terms-records'
import { useLoad } from '@/shared/ui/load'
import { t } from './messages'

export interface Line {
  key: string
  title: string
  note: string
  more?: string
}

export function useMyHelp() {
  const kept = ref(false)
  const help = useLoad(async () => {
    const { answer, kept: before } = await lastAnswer('help', () => ok(member.GET('/api/v1/me/aid')))
    kept.value = before
    return answer
  })
  return { help, kept }
}

const voidText = (state: string) => (state === 'void' ? t('void') : undefined)

export function linesOf({ pairs, cases, aid }: MyHelp): Line[] {
  return [
    ...pairs.map(({ id, side, other, since, until, state, unit }) => {
      const span = until
        ? t('fromTo', { from: formatDate(since), to: formatDate(until) })
        : t('since', { date: formatDate(since) })
      return { key: id, title: t(side, { other }), note: `${span} · ${unit.name}`, more: voidText(state) }
    }),
    ...cases.map(({ id, side, about, opened_on, solved_on, note, how, state, unit }) => {
      const what = term(`case_subject.${about}`)
      const when = solved_on
        ? t('solved', { date: formatDate(solved_on) })
        : t('opened', { date: formatDate(opened_on) })
      return {
        key: id,
        title: t(side === 'helped' ? 'caseOwn' : 'caseOther', { about: what }),
        note: `${when} · ${unit.name}`,
        more: voidText(state) ?? how ?? note ?? undefined,
      }
    }),
    ...aid.map(({ id, side, kind, what, amount_fen, given_on, state, unit }) => {
      const thing = [what ?? term(`aid_kind.${kind}`), formatYuan(amount_fen)].join(' ')
      return {
        key: id,
        title: t(side === 'helped' ? 'received' : 'gave', { what: thing }),
        note: `${formatDate(given_on)} · ${unit.name}`,
        more: voidText(state),
      }
    }),
  ]
}
