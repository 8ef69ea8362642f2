/** What a staff phone does by itself, whichever screen is open. */
import { watch } from 'vue'
import { rememberedAccount } from './account'
import { sweepPacks, wipeAllPacks } from './offline-pack'
import { forgetNames, startSending } from './offline-scans'

/** Called once when the application starts. */
export async function startOfflineWork(): Promise<void> {
  watch(
    rememberedAccount,
    async (now, before) => {
      if (before) await Promise.all([wipeAllPacks(), forgetNames()])
      if (now) await startSending()
    },
    { flush: 'sync' },
  )
  await sweepPacks()
  if (rememberedAccount.value) await startSending()
}
