/** Accounts and duties, for the administrator of a part of the tree. */
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import type { UnitChoice } from '@/api/directory'
import type { Account, OneTimeLink, Role } from '@/api/types'
import { fieldText } from '@/shared/field-text'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export type KnownAccount = Account & { set_up: boolean }

export const ROLES: Role[] = [
  'branch_secretary',
  'committee_officer',
  'department_officer',
  'liaison_officer',
  'supervisor',
  'administrator',
]

export function useAccounts() {
  const name = ref('')
  const accounts = useList<KnownAccount>((cursor) => {
    const query = { q: name.value.trim() || undefined, limit: 50, cursor }
    return ok(officer.GET('/api/v1/accounts', { params: { query } }))
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(name, () => {
    clearTimeout(timer)
    timer = setTimeout(accounts.reload, 250)
  })
  return { name, accounts }
}

export interface Duty {
  role: Role
  unit?: UnitChoice
}

export function useNewAccount() {
  const form = reactive<Duty & { username: string }>({
    username: '',
    role: 'branch_secretary',
    unit: undefined,
  })
  const tried = ref(false)
  const made = shallowRef<{ id: string; username: string; setup: OneTimeLink }>()
  const own = computed(() =>
    tried.value
      ? {
          '/username': form.username.trim() ? undefined : t('usernameMissing'),
          '/unit_id': form.unit ? undefined : t('unitMissing'),
        }
      : {},
  )
  const create = useAction(async () => {
    const body = { username: form.username.trim(), role: form.role, unit_id: form.unit?.id ?? '' }
    made.value = await ok(officer.POST('/api/v1/accounts', { body }))
  })
  const taken = computed(
    () => create.error.value instanceof Problem && create.error.value.code === 'username_taken',
  )
  const fault = (pointer: '/username' | '/unit_id' | '/role') =>
    (own.value as Record<string, string | undefined>)[pointer] ??
    (pointer === '/username' && taken.value ? t('taken') : fieldText(create.error.value, pointer))

  async function submit(): Promise<void> {
    tried.value = true
    if (!Object.values(own.value).some(Boolean)) await create.run()
  }
  return { form, create, taken, fault, made, submit }
}

export function useOneAccount(id: string) {
  const path = { id }
  const known = useLoad(() => ok(officer.GET('/api/v1/accounts/{id}', { params: { path } })))
  const link = shallowRef<OneTimeLink>()
  const own = computed(() => account.value?.id === id)

  const renew = useAction(async () => {
    link.value = await ok(officer.POST('/api/v1/accounts/{id}/setup', { params: { path } }))
  })
  const disable = useAction(async () => {
    await ok(officer.POST('/api/v1/accounts/{id}/disable', { params: { path } }))
    toast(t('disabledDone'))
    await known.reload()
  })
  const enable = useAction(async () => {
    await ok(officer.POST('/api/v1/accounts/{id}/enable', { params: { path } }))
    toast(t('enabledDone'))
    await known.reload()
  })
  const add = useAction(async ({ role, unit }: Duty) => {
    const body = { role, unit_id: unit?.id ?? '' }
    await ok(officer.POST('/api/v1/accounts/{id}/assignments', { params: { path }, body }))
    toast(t('added'))
    await known.reload()
  })
  const remove = useAction(async (assignmentId: string) => {
    const params = { path: { id, assignment_id: assignmentId } }
    await ok(officer.DELETE('/api/v1/accounts/{id}/assignments/{assignment_id}', { params }))
    toast(t('removed'))
    await known.reload()
  })
  return { known, link, own, renew, disable, enable, add, remove }
}
