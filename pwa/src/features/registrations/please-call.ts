/** Whom to call: the private list of the two ends, and what being out of contact still takes. */
import { useRoute } from 'vue-router'
import { officer, ok } from '@/api/client'
import type { PleaseCall, Silence } from '@/api/types'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { shallowRef } from 'vue'

const id = (value: unknown) => (typeof value === 'string' && value ? value : undefined)

export function usePleaseCall() {
  const route = useRoute()
  return useList<PleaseCall>((cursor) => {
    const query = { home: id(route.query.home), host: id(route.query.host), limit: 20, cursor }
    return ok(officer.GET('/api/v1/please-call', { params: { query } }))
  })
}

/** The number is fetched when it is asked for: the look is on record. */
export function usePhone(memberId: () => string) {
  const phone = shallowRef<string>()
  const show = useAction(async () => {
    const member = await ok(officer.GET('/api/v1/members/{id}', { params: { path: { id: memberId() } } }))
    phone.value = member.phone
  })
  return { phone, show }
}

export interface Condition {
  key: 'months' | 'attempts'
  met: boolean
}

export function conditionsOf(silence: Silence): Condition[] {
  return [
    { key: 'months', met: silence.months_over },
    { key: 'attempts', met: silence.attempts >= silence.attempts_needed },
  ]
}
