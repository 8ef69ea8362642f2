/** The report of a unit and a period: the figures as the server states them, and how each is written. */
import { computed, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { officer, ok } from '@/api/client'
import { summaryPdf, summaryXlsx } from '@/api/files'
import type { Figure, Summary } from '@/api/types'
import { formatDate, formatHours, formatNumber, formatYuan } from '@/shared/format'
import { term } from '@/shared/i18n/terms'
import { term as recordTerm } from '@/shared/i18n/terms-records'
import { workTerm } from '@/shared/i18n/terms-work'
import { useLoad } from '@/shared/ui/load'
import { t } from './messages'

const two = (value: number) => String(value).padStart(2, '0')
const dayOf = (date: Date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`

export type Span = 'this_year' | 'last_year' | 'twelve_months'

/** The usual periods of such a report. */
export function periodOf(span: Span, now = new Date()): { from: string; to: string } {
  const year = now.getFullYear()
  switch (span) {
    case 'this_year':
      return { from: `${year}-01-01`, to: dayOf(now) }
    case 'last_year':
      return { from: `${year - 1}-01-01`, to: `${year - 1}-12-31` }
    case 'twelve_months':
      return { from: dayOf(new Date(year - 1, now.getMonth(), now.getDate() + 1)), to: dayOf(now) }
  }
}

export function useSummary(id: string) {
  const route = useRoute()
  const router = useRouter()
  const asked = (name: string) => {
    const value = route.query[name]
    return typeof value === 'string' ? value : undefined
  }
  const usual = periodOf('twelve_months')
  const from = ref(asked('from') ?? usual.from)
  const to = ref(asked('to') ?? usual.to)
  const query = computed(() => ({ from: from.value || undefined, to: to.value || undefined }))
  const summary = useLoad<Summary>(() =>
    ok(officer.GET('/api/v1/units/{id}/summary', { params: { path: { id }, query: query.value } })),
  )
  watch(query, (now) => {
    void router.replace({ query: now })
    void summary.reload()
  })
  function choose(span: Span): void {
    const period = periodOf(span)
    from.value = period.from
    to.value = period.to
  }
  return {
    from,
    to,
    summary,
    choose,
    pdf: () => summaryPdf(id, query.value),
    xlsx: () => summaryXlsx(id, query.value),
  }
}

type Terms = { has(key: string): boolean }

/** The server's words are wider than what the page knows the type of; a word without its term is shown as it is. */
function said(terms: readonly Terms[], key: string, bare: string): string {
  const found = terms.find((one) => one.has(key))
  return found ? (found as unknown as (key: string) => string)(key) : bare
}

export function nameOf(figure: Figure): string {
  const name = said([workTerm], `figure.${figure.key}`, figure.key)
  return figure.title ? `${figure.title} · ${name}` : name
}

/** `3 / 25`, `48.5 小时`, `¥20,680.00`; a stroke where no record says so. */
export function valueOf({ measure, value, of }: Figure): string {
  if (value === null || value === undefined) return t('unknown')
  if (measure === 'hours') return formatHours(value)
  if (measure === 'fen') return formatYuan(value)
  return of === null || of === undefined
    ? formatNumber(value)
    : `${formatNumber(value)} / ${formatNumber(of)}`
}

/** What a figure consists of, and until when. */
export function noteOf({ parts, day, measure }: Figure): string {
  const words = parts.map(
    ({ list, key, value }) => `${said([term, recordTerm], `${list}.${key}`, key)} ${formatNumber(value)}`,
  )
  if (day) words.push(t('until', { date: formatDate(day) }))
  if (measure === 'characters') words.unshift(t('characters'))
  return words.join(t('comma'))
}
