/**
 * The officer who is signed in on this device. Who it is and what its duties are is kept, so that the screens open
 * without network; token and cookie are out of reach of scripts.
 */
import { computed, shallowRef, watch } from 'vue'
import { setting } from '@/shared/settings-store'
import type { Account } from './types'

/** Not empty while a refresh cookie may be there: saves strangers a request that must fail. */
export const rememberedAccount = setting<string>('account', '')

const kept = setting<string>('account-duties', '')

/** As the server last described it; its roles only decide what is offered, every request is judged anew. */
export const accountSession = shallowRef<Account | undefined>(
  rememberedAccount.value && kept.value ? (JSON.parse(kept.value) as Account) : undefined,
)
watch(accountSession, (now) => (kept.value = now ? JSON.stringify(now) : ''), { flush: 'sync' })

export const account = computed(() => accountSession.value)
