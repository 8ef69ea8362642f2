/** Who leads one unit now: of that very unit, not of those below it. */
import { officer, ok } from '@/api/client'
import { useLoad } from '@/shared/ui/load'

export function useLeaders(id: string) {
  const query = { unit_id: id, here: true, state: 'open' as const, limit: 50 }
  return useLoad(async () => {
    const [posts, points] = await Promise.all([
      ok(officer.GET('/api/v1/posts', { params: { query } })),
      ok(officer.GET('/api/v1/contact-points', { params: { query } })),
    ])
    return { posts: posts.items, points: points.items }
  })
}
