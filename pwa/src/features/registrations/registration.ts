/** One registration: what it is, what this caller may do with it, and how it came to be so. */
import { ref } from 'vue'
import { officer, ok, okWithTag } from '@/api/client'
import type { ContactAttempt, Registration, RegistrationAction } from '@/api/types'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

/** Every step but issuing, which has a screen of its own. */
export type Step = Exclude<RegistrationAction, 'issue_card'>

/** Done at once: the record on the screen is all that there is to decide on. */
export const AT_ONCE: readonly Step[] = ['confirm', 'accept']
export const NEEDS_REASON: readonly Step[] = ['decline', 'out_of_contact']
export const GRAVE: readonly Step[] = ['decline', 'return', 'transfer', 'out_of_contact', 'withdraw']

export function usualReasons(step: Step): string[] {
  return [1, 2]
    .map((n) => `usual.${step}.${n}`)
    .filter((key) => t.has(key))
    .map((key) => t(key as never))
}

export function useRegistration(id: string) {
  const path = { id }
  const tag = ref('')
  const record = useLoad(async () => {
    const { body, etag } = await okWithTag(officer.GET('/api/v1/registrations/{id}', { params: { path } }))
    tag.value = etag
    return body
  })
  const history = useLoad(() => ok(officer.GET('/api/v1/registrations/{id}/history', { params: { path } })))
  const contacts = useLoad(() => ok(officer.GET('/api/v1/registrations/{id}/contacts', { params: { path } })))

  const act = useAction(async (step: Step, reason: string, hostId?: string) => {
    const header: Record<string, string> = tag.value ? { 'If-Match': tag.value } : {}
    try {
      await send(id, step, reason, hostId, header)
    } catch (error) {
      if (error instanceof Problem && error.code === 'changed') {
        toast(t('changed'), 'info')
        await record.reload()
      }
      throw error
    }
    toast(t(`done.${step}`))
    await Promise.all([record.reload(), history.reload(), contacts.reload()])
  })

  return { record, history, contacts, act }
}

function send(
  id: string,
  step: Step,
  reason: string,
  hostId: string | undefined,
  header: Record<string, string>,
): Promise<Registration> {
  const params = { path: { id }, header }
  switch (step) {
    case 'confirm':
      return ok(officer.POST('/api/v1/registrations/{id}/confirm', { params, body: {} }))
    case 'accept':
      return ok(officer.POST('/api/v1/registrations/{id}/accept', { params, body: {} }))
    case 'decline':
      return ok(officer.POST('/api/v1/registrations/{id}/decline', { params, body: { reason } }))
    case 'out_of_contact':
      return ok(officer.POST('/api/v1/registrations/{id}/out_of_contact', { params, body: { reason } }))
    case 'move': {
      const body = { host_unit_id: hostId ?? '', reason: reason || undefined }
      return ok(officer.POST('/api/v1/registrations/{id}/move', { params, body }))
    }
    default: {
      const body = { reason: reason || undefined }
      return ok(officer.POST(`/api/v1/registrations/{id}/${step}`, { params, body }))
    }
  }
}

/** Phone and particulars are fetched only when somebody asks for them: the look is recorded. */
export function usePerson(memberId: () => string) {
  const asked = ref(false)
  const person = useLoad(async () =>
    asked.value
      ? await ok(officer.GET('/api/v1/members/{id}', { params: { path: { id: memberId() } } }))
      : undefined,
  )
  async function ask(): Promise<void> {
    asked.value = true
    await person.reload()
  }
  return { asked, person, ask }
}

export function useAttendance(memberId: () => string) {
  return useLoad(() =>
    ok(
      officer.GET('/api/v1/members/{id}/attendance', {
        params: { path: { id: memberId() }, query: { limit: 5 } },
      }),
    ),
  )
}

export type NewContact = Pick<ContactAttempt, 'method' | 'outcome'> & { note: string }

export function useContactLog(id: () => string, done: () => void) {
  return useAction(async ({ method, outcome, note }: NewContact) => {
    const body = { method, outcome, note: note.trim() || undefined }
    await ok(officer.POST('/api/v1/registrations/{id}/contacts', { params: { path: { id: id() } }, body }))
    toast(t('saved'))
    done()
  })
}
