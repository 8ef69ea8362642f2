import { rememberedAccount } from '@/api/account'
import { device } from '@/api/device'
import type { Side } from './navigation'

/** Whose bar a screen for everybody shows when it is the first one opened. */
export function defaultSide(): Side {
  if (device.value) return 'member'
  return rememberedAccount.value ? 'officer' : 'public'
}
