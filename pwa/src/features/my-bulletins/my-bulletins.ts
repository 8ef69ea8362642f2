/** What is published to a member: read from the server, and from the phone where there is no network. */
import { ref } from 'vue'
import { member, ok } from '@/api/client'
import { dropBulletin, KEPT, keepBulletin, keptBulletin, keptBulletins } from '@/api/kept-bulletins'
import type { Bulletin, BulletinItem } from '@/api/types'
import { formatDayOf } from '@/shared/format'
import { mayRetry, Problem } from '@/shared/problem'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { t } from './messages'

const read = (id: string): Promise<Bulletin> =>
  ok(member.GET('/api/v1/bulletins/{id}', { params: { path: { id } } }))

export function useMyBulletins() {
  const kept = ref(false)
  const list = useList<BulletinItem>(async (cursor) => {
    try {
      const query = { limit: KEPT, cursor }
      const page = await ok(member.GET('/api/v1/me/bulletins', { params: { query } }))
      kept.value = false
      if (!cursor) void bringIn(page.items, page.next_cursor != null).catch(() => undefined)
      return page
    } catch (error) {
      const before = !cursor && mayRetry(error) ? await keptBulletins() : []
      if (before.length === 0) throw error
      kept.value = true
      return { items: before }
    }
  })
  return { list, kept }
}

/** Brings what was listed onto the phone, each once, and lets go what is listed no more. */
export async function bringIn(listed: BulletinItem[], more: boolean, now = Date.now()): Promise<void> {
  const oldest = more ? (listed.at(-1)?.published_at ?? '') : ''
  for (const { id, published_at } of await keptBulletins()) {
    const missing = !listed.some((item) => item.id === id)
    if (missing && (published_at ?? '') >= oldest) await dropBulletin(id)
  }
  // Of those listed the last goes first, when there are more than are kept.
  for (const [place, { id, version }] of [...listed.entries()].reverse()) {
    const here = await keptBulletin(id)
    await keepBulletin(here?.version === version ? here : await read(id), now - place)
  }
}

export function useMyBulletin(id: string) {
  const kept = ref(false)
  const gone = ref(false)
  const bulletin = useLoad(async () => {
    try {
      const found = await read(id)
      kept.value = false
      await keepBulletin(found, Date.now())
      return found
    } catch (error) {
      gone.value = error instanceof Problem && error.code === 'not_found'
      if (gone.value) await dropBulletin(id)
      const before = mayRetry(error) ? await keptBulletin(id) : undefined
      if (!before) throw error
      kept.value = true
      return before
    }
  })
  return { bulletin, kept, gone }
}

export function noteOf({ unit, year, issue, published_at }: BulletinItem): string {
  const date = published_at ? formatDayOf(published_at) : ''
  const number = year && issue ? t('issue', { year: String(year), issue: String(issue) }) : ''
  return [number, t('from', { unit: unit.name, date })].filter(Boolean).join(' · ')
}
