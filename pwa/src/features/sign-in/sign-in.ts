/** The two steps of signing in: name and password, then the code of the second factor where one is set up. */
import { computed, reactive, ref } from 'vue'
import { signIn, type Credentials } from '@/api/officer-session'
import { errorText } from '@/shared/error-text'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { t } from './messages'

export function useSignIn(done: () => void, send: (credentials: Credentials) => Promise<unknown> = signIn) {
  const form = reactive({ username: '', password: '', totp: '' })
  const step = ref<'password' | 'totp'>('password')

  const submit = useAction(async () => {
    const totp = form.totp.replaceAll(' ', '')
    try {
      await send({
        username: form.username.trim(),
        password: form.password,
        totp: step.value === 'totp' ? totp : undefined,
      })
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'second_factor_required') throw error
      // The password was right: this is the next question, not a failure.
      step.value = 'totp'
      return
    }
    done()
  })

  function startAgain(): void {
    step.value = 'password'
    form.totp = ''
    form.password = ''
    submit.clear()
  }

  const failure = computed(() => {
    const error = submit.error.value
    if (!error) return undefined
    if (error instanceof Problem && error.code === 'sign_in_failed') return t('failed')
    if (error instanceof Problem && error.status === 429 && error.retryAfter)
      return t('wait', { seconds: error.retryAfter })
    return errorText(error)
  })

  return { form, step, submit, startAgain, failure }
}

/** Where to go after signing in; only addresses of our own. */
export function nextPage(asked: unknown): string {
  return typeof asked === 'string' && /^\/(?!\/)/.test(asked) ? asked : '/desk'
}
