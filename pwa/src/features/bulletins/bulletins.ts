/** Bulletins: the list, one of them, and what can be done with it. */
import { computed, ref, watch } from 'vue'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { may } from '@/api/roles'
import type { Bulletin, BulletinItem, BulletinKind } from '@/api/types'
import { useWithin } from '@/api/within'
import { formatDayOf } from '@/shared/format'
import { useQueryPart } from '@/shared/query'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export const KINDS: BulletinKind[] = ['bulletin', 'wall', 'page']
export const STATES = ['draft', 'published', 'taken_back'] as const

export function useBulletins() {
  const within = useWithin()
  const state = useQueryPart('state')
  const kind = useQueryPart('kind')
  const list = useList<BulletinItem>((cursor) => {
    const query = {
      ...within.query.value,
      state: state.value || undefined,
      kind: kind.value || undefined,
      limit: 30,
      cursor,
    }
    return ok(officer.GET('/api/v1/bulletins', { params: { query } }))
  })
  watch([within.query, state, kind], list.reload)
  const writes = computed(() => may(account.value, 'doWork'))
  return { within, state, kind, list, writes }
}

export function issueOf({ year, issue }: Pick<BulletinItem, 'year' | 'issue'>): string {
  return year && issue ? t('issue', { year: String(year), issue: String(issue) }) : t('unnumbered')
}

export const dateOf = ({ published_at }: Pick<BulletinItem, 'published_at'>): string =>
  published_at ? formatDayOf(published_at) : ''

export function useBulletin(id: string, gone: () => void) {
  const path = { id }
  const bulletin = useLoad(() => ok(officer.GET('/api/v1/bulletins/{id}', { params: { path } })))
  const put = (now: Bulletin, said: string) => {
    bulletin.data.value = now
    toast(said)
  }
  const publishing = ref(false)
  const publish = useAction(async () => {
    const version = bulletin.data.value?.version
    const params = { path, header: { 'If-Match': `"${version}"` } }
    put(await ok(officer.POST('/api/v1/bulletins/{id}/publish', { params })), t('published'))
    publishing.value = false
  })
  const discarding = ref(false)
  const discard = useAction(async () => {
    await ok(officer.DELETE('/api/v1/bulletins/{id}', { params: { path } }))
    toast(t('discarded'))
    gone()
  })
  const takeBack = useAction(async (reason: string) => {
    const body = { reason }
    put(
      await ok(officer.POST('/api/v1/bulletins/{id}/take_back', { params: { path }, body })),
      t('takenBack'),
    )
  })
  return { bulletin, publishing, publish, discarding, discard, takeBack }
}
