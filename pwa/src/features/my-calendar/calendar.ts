/** The private link by which the phone's own calendar follows my events. */
import { ref } from 'vue'
import { member, ok } from '@/api/client'
import { useAction } from '@/shared/ui/action'
import { useLoad } from '@/shared/ui/load'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export function useCalendar() {
  const state = useLoad(() => ok(member.GET('/api/v1/me/calendar')))
  /** Told once, and kept nowhere but on this screen. */
  const url = ref('')

  const make = useAction(async () => {
    const link = await ok(member.POST('/api/v1/me/calendar'))
    url.value = link.url
    await state.reload()
  })
  const end = useAction(async () => {
    await ok(member.DELETE('/api/v1/me/calendar'))
    url.value = ''
    toast(t('ended'))
    await state.reload()
  })
  return { state, url, make, end }
}

/** Opens the calendar application instead of a page. */
export function subscribeAddress(url: string): string {
  return url.replace(/^https?:/, 'webcal:')
}

/** Answers whether there is a clipboard to copy to. */
export async function copyLink(url: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(url)
    return true
  } catch {
    return false
  }
}
