/** What members ask for, and the two answers to it. */
import { ref, watch } from 'vue'
import { useRoute } from 'vue-router'
import { officer, ok } from '@/api/client'
import type { MemberRequest } from '@/api/types'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { toast } from '@/shared/ui/toast'
import type { Tone } from '@/shared/ui/tone'
import { t } from './messages'

export type Part = 'open' | 'closed'
const STATES: Record<Part, string> = { open: 'open', closed: 'done,refused,taken_back,lapsed' }

export const TONES: Record<MemberRequest['status'], Tone> = {
  open: 'info',
  done: 'good',
  refused: 'warn',
  taken_back: 'neutral',
  lapsed: 'neutral',
}

export interface HowToCarryOut {
  hostId?: string
  endedOn?: string
  reason: string
}

export function useRequests() {
  const { registration } = useRoute().query
  const part = ref<Part>('open')
  const list = useList<MemberRequest>((cursor) => {
    const about = typeof registration === 'string' && part.value === 'open' ? registration : undefined
    const query = { status: STATES[part.value], registration: about, limit: 20, cursor }
    return ok(officer.GET('/api/v1/requests', { params: { query } }))
  })
  watch(part, list.reload)

  /** In its place in the list, as it is now: nothing moves under the finger. */
  const put = (now: MemberRequest) =>
    (list.items.value = list.items.value.map((one) => (one.id === now.id ? now : one)))

  async function closing(answer: Promise<MemberRequest>, done: string): Promise<void> {
    try {
      put(await answer)
      toast(done)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'wrong_state') throw error
      toast(t('closedElsewhere'), 'info')
      await list.reload()
    }
  }

  const carryOut = useAction((request: MemberRequest, how: HowToCarryOut) => {
    const params = { path: { id: request.id } }
    const body = {
      host_unit_id: how.hostId,
      ended_on: how.endedOn || undefined,
      reason: how.reason || undefined,
    }
    return closing(ok(officer.POST('/api/v1/requests/{id}/carry_out', { params, body })), t('done'))
  })
  const refuse = useAction((request: MemberRequest, reason: string) => {
    const params = { path: { id: request.id } }
    return closing(
      ok(officer.POST('/api/v1/requests/{id}/refuse', { params, body: { reason } })),
      t('refused'),
    )
  })
  return { part, list, carryOut, refuse }
}
