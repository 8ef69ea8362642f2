/** Android's offer to put the application on the home screen: caught when the browser makes it, used when asked for. */
import { ref } from 'vue'
import { setting } from '@/shared/settings-store'

interface InstallPrompt extends Event {
  prompt(): Promise<unknown>
}

const offer = ref<InstallPrompt>()
export const installOffer = offer
const dismissed = setting<'no' | 'yes'>('install-hint-dismissed', 'no')
export const hintDismissed = dismissed

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  offer.value = event as InstallPrompt
})

export async function install(): Promise<void> {
  await offer.value?.prompt()
  offer.value = undefined
  dismissed.value = 'yes'
}
