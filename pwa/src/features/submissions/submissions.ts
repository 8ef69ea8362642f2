/** Requests and reports: the list, one of them, and the steps it takes. */
import { computed, ref, watch } from 'vue'
import { account } from '@/api/account'
import { officer, ok } from '@/api/client'
import { saveSubmissionFile } from '@/api/attachments'
import { may } from '@/api/roles'
import type { Attachment, Granted, Submission, SubmissionItem } from '@/api/types'
import { useWithin } from '@/api/within'
import { Problem } from '@/shared/problem'
import { useQueryPart } from '@/shared/query'
import { useAction } from '@/shared/ui/action'
import { useList } from '@/shared/ui/list'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export const STATES = ['draft', 'sent', 'answered', 'acknowledged'] as const
export const DECISIONS: Granted[] = ['yes', 'partly', 'no']

export function useSubmissions() {
  const within = useWithin()
  const box = useQueryPart('box')
  const state = useQueryPart('state')
  const overdue = useQueryPart('overdue')
  // The report leads here by them; they have no field of their own.
  const kind = useQueryPart('kind')
  const reached = useQueryPart('reached')
  const list = useList<SubmissionItem>((cursor) => {
    const query = {
      ...within.query.value,
      box: (box.value || undefined) as 'sent' | 'received' | undefined,
      state: state.value || undefined,
      kind: (kind.value || undefined) as SubmissionItem['kind'] | undefined,
      reached: (reached.value || undefined) as 'sent' | 'answered' | 'acknowledged' | undefined,
      overdue: overdue.value === 'true' || undefined,
      limit: 30,
      cursor,
    }
    return ok(officer.GET('/api/v1/submissions', { params: { query } }))
  })
  watch([within.query, box, state, overdue, kind, reached], list.reload)
  const writes = computed(() => may(account.value, 'doWork'))
  return { within, box, state, overdue, kind, list, writes }
}

export function useSubmission(id: string, gone: () => void) {
  const path = { id }
  const submission = useLoad(() => ok(officer.GET('/api/v1/submissions/{id}', { params: { path } })))
  const put = (now: Submission, said: string) => {
    submission.data.value = now
    toast(said)
  }

  /** Somebody else was quicker: show how it stands now. */
  async function orAsItStands(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'wrong_state') throw error
      toast(t('closedElsewhere'), 'info')
      await submission.reload()
    }
  }

  const sending = ref(false)
  const send = useAction(async () => {
    const params = { path, header: { 'If-Match': `"${submission.data.value?.version}"` } }
    put(await ok(officer.POST('/api/v1/submissions/{id}/send', { params })), t('sentDone'))
    sending.value = false
  })
  const discarding = ref(false)
  const discard = useAction(async () => {
    await ok(officer.DELETE('/api/v1/submissions/{id}', { params: { path } }))
    toast(t('discarded'))
    gone()
  })
  const granted = ref<Granted>('yes')
  const answer = useAction((text: string) =>
    orAsItStands(async () => {
      const body = { granted: granted.value, answer: text }
      put(
        await ok(officer.POST('/api/v1/submissions/{id}/answer', { params: { path }, body })),
        t('answered'),
      )
    }),
  )
  const acknowledge = useAction(() =>
    orAsItStands(async () =>
      put(
        await ok(officer.POST('/api/v1/submissions/{id}/acknowledge', { params: { path } })),
        t('acknowledged'),
      ),
    ),
  )
  const download = useAction((file: Attachment) => saveSubmissionFile(id, file))
  return { submission, sending, send, discarding, discard, granted, answer, acknowledge, download }
}
