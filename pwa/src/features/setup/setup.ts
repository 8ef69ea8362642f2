/** The one-time link of a new account: its code stands in the fragment, which no server log ever sees. */
import { computed, reactive, ref } from 'vue'
import { anyone, ok } from '@/api/client'
import { Problem } from '@/shared/problem'
import { useAction } from '@/shared/ui/action'
import { t } from './messages'

export const SHORTEST = 10

export function passwordFault(password: string): string | undefined {
  const count = [...password].length
  return count < SHORTEST ? t('tooShort', { count }) : undefined
}

export function useSetup(fragment: string) {
  const code = fragment.replace(/^#/, '')
  const form = reactive({ password: '', again: '' })
  const tried = ref(false)
  const done = ref(false)

  const faults = computed(() =>
    tried.value
      ? {
          password: passwordFault(form.password),
          again: form.again === form.password ? undefined : t('differs'),
        }
      : {},
  )

  const save = useAction(async () => {
    await ok(anyone.POST('/api/v1/account-setups', { body: { code, password: form.password } }))
    done.value = true
  })
  const gone = computed(() => save.error.value instanceof Problem && save.error.value.code === 'gone')

  async function submit(): Promise<void> {
    tried.value = true
    if (!faults.value.password && !faults.value.again) await save.run()
  }

  return { code, form, faults, save, gone, done, submit }
}
