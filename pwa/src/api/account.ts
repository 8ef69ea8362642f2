/** The officer who is signed in on this device. Only a flag is stored; token and cookie are out of reach of scripts. */
import { computed, shallowRef } from 'vue'
import { setting } from '@/shared/settings-store'
import type { Account } from './types'

/** Not empty while a refresh cookie may be there: saves strangers a request that must fail. */
export const rememberedAccount = setting<string>('account', '')

export const accountSession = shallowRef<Account>()
export const account = computed(() => accountSession.value)
