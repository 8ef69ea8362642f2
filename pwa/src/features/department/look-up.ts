/** Looking a member up: who, then what for, then what is known. Each step of it is recorded by the server. */
import { computed, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { picked } from '@/api/member-search'
import { may } from '@/api/roles'
import type { Registration, StatusCheck } from '@/api/types'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'

export const PURPOSES = ['purpose1', 'purpose2', 'purpose3', 'purpose4', 'purpose5'] as const

/** About whom one asks. */
export interface Asked {
  memberId: string
  name: string
}

export function askedBy({ member }: Registration): Asked {
  return { memberId: member.id, name: member.name }
}

/** Whom one picked on the desk, once. */
export function takePicked(): Asked | undefined {
  const choice = picked.value
  picked.value = undefined
  return choice && { memberId: choice.memberId, name: choice.text }
}

export function useLookUp() {
  const route = useRoute()
  const router = useRouter()
  const asked = computed(() => (typeof route.query.q === 'string' ? route.query.q.trim() : ''))
  const typed = ref(asked.value)
  const result = shallowRef<StatusCheck>()

  const found = useList<Registration>(async (cursor) => {
    if (!asked.value) return { items: [] }
    const query = { q: asked.value, limit: 20, cursor }
    return await ok(officer.GET('/api/v1/registrations', { params: { query } }))
  })
  watch(asked, (now) => {
    typed.value = now
    result.value = undefined
    void found.reload()
  })

  function find(q: string): void {
    if (q === asked.value) void found.reload()
    else void router.push({ query: q ? { q } : {} })
  }

  const check = useAction(async ({ memberId }: Asked, purpose: string) => {
    const body = { member_id: memberId, purpose }
    result.value = await ok(officer.POST('/api/v1/status-checks', { body }))
  })
  const isDepartment = computed(() => may(account.value, 'confirm'))
  return { typed, asked, found, find, check, result, isDepartment }
}
