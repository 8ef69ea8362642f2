/** The department's queue: is this really one of ours? */
import { ref } from 'vue'
import { officer, ok } from '@/api/client'
import type { Registration } from '@/api/types'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export function useConfirmations() {
  const queue = useList<Registration>((cursor) => {
    const query = { status: 'pending_home', limit: 20, cursor }
    return ok(officer.GET('/api/v1/registrations', { params: { query } }))
  })

  /** Out of the queue, without fetching it anew under the officer's hands. */
  const settle = (id: string) => (queue.items.value = queue.items.value.filter((item) => item.id !== id))
  const header = (item: Registration) => ({ 'If-Match': `"${item.version}"` })

  const confirm = useAction(async (item: Registration) => {
    const params = { path: { id: item.id }, header: header(item) }
    await ok(officer.POST('/api/v1/registrations/{id}/confirm', { params, body: {} }))
    toast(t('confirmed', { name: item.member.name }))
    settle(item.id)
  })
  const decline = useAction(async (item: Registration, reason: string) => {
    const params = { path: { id: item.id }, header: header(item) }
    await ok(officer.POST('/api/v1/registrations/{id}/decline', { params, body: { reason } }))
    toast(t('declined', { name: item.member.name }))
    settle(item.id)
  })
  return { queue, confirm, decline }
}

/** The list may leave the ID number out; it is fetched when it is to be compared. */
export function useIdNumber(item: () => Registration) {
  const shown = ref(item().id_number ?? undefined)
  const fetch = useAction(async () => {
    const path = { id: item().id }
    const record = await ok(officer.GET('/api/v1/registrations/{id}', { params: { path } }))
    shown.value = record.id_number ?? undefined
  })
  return { shown, fetch }
}
