/** The posts that a member holds now, and the units looked after from them. */
import { officer, ok } from '@/api/client'
import { formatDate } from '@/shared/format'
import { term } from '@/shared/i18n/terms-records'
import type { IconName } from '@/shared/ui/icons'
import { useLoad } from '@/shared/ui/load'
import { t } from './messages'

interface Line {
  id: string
  icon: IconName
  title: string
  note: string
}

export function useMemberPosts(memberId: () => string) {
  return useLoad(async (): Promise<Line[]> => {
    const query = { member_id: memberId(), state: 'open' as const, limit: 50 }
    const [posts, points] = await Promise.all([
      ok(officer.GET('/api/v1/posts', { params: { query } })),
      ok(officer.GET('/api/v1/contact-points', { params: { query } })),
    ])
    return [
      ...posts.items.map(({ id, kind, dual_title, unit, from }) => {
        const post = term(`post.${kind}`)
        const title = dual_title ? t('dualPost', { post, title: dual_title }) : post
        return {
          id,
          icon: 'flag' as const,
          title,
          note: `${unit.name} · ${t('heldSince', { date: formatDate(from) })}`,
        }
      }),
      ...points.items.map(({ id, unit, from }) => ({
        id,
        icon: 'link' as const,
        title: t('looksAfter', { unit: unit.name }),
        note: t('heldSince', { date: formatDate(from) }),
      })),
    ]
  })
}
