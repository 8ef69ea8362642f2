/** The officer's own account: password, second factor, signing out. */
import { computed, reactive, ref } from 'vue'
import { account, accountSession } from '@/api/account'
import { officer, ok } from '@/api/client'
import { fieldText } from '@/shared/field-text'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { toast } from '@/shared/ui/toast'
import { t } from './messages'

export { account } from '@/api/account'
export { signOut } from '@/api/officer-session'

/** A refused password or code comes without a field; this says whose fault it was. */
const refused = (error: unknown) =>
  error instanceof Problem && ['sign_in_failed', 'not_allowed'].includes(error.code)

export function usePasswordChange(done: () => void) {
  const form = reactive({ current: '', new: '' })
  const save = useAction(async () => {
    await ok(officer.POST('/api/v1/me/password', { body: { ...form } }))
    Object.assign(form, { current: '', new: '' })
    toast(t('saved'))
    done()
  })
  const faults = computed(() => ({
    current: refused(save.error.value) ? t('wrongPassword') : fieldText(save.error.value, '/current'),
    new: fieldText(save.error.value, '/new'),
  }))
  return { form, save, faults }
}

/** Turning the second factor on takes the password, then a first code; turning it off takes both at once. */
export function useSecondFactor(done: () => void) {
  const form = reactive({ password: '', code: '' })
  const offered = ref<{ secret: string; otpauth_url: string }>()
  const on = computed(() => account.value?.totp ?? false)
  const digits = () => form.code.replaceAll(' ', '')

  const act = useAction(async () => {
    if (on.value) {
      await ok(officer.POST('/api/v1/me/totp/remove', { body: { password: form.password, code: digits() } }))
      finish(false, t('turnedOff'))
    } else if (offered.value) {
      await ok(officer.POST('/api/v1/me/totp/confirm', { body: { code: digits() } }))
      finish(true, t('turnedOn'))
    } else {
      offered.value = await ok(officer.POST('/api/v1/me/totp', { body: { password: form.password } }))
    }
  })

  function finish(totp: boolean, said: string): void {
    if (accountSession.value) accountSession.value = { ...accountSession.value, totp }
    reset()
    toast(said)
    done()
  }

  function reset(): void {
    Object.assign(form, { password: '', code: '' })
    offered.value = undefined
    act.clear()
  }

  const faults = computed(() => {
    const error = act.error.value
    const code = fieldText(error, '/code') && t('wrongCode')
    if (!refused(error)) return { password: fieldText(error, '/password') && t('wrongPassword'), code }
    return offered.value ? { code: t('wrongCode') } : { password: t('wrongPassword') }
  })

  return { form, offered, on, act, faults, reset }
}
