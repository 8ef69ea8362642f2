import { onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'
import { device } from '@/api/device'
import { signLiveCard } from '@/shared/codes/live-card'

export const REDRAW_MS = 10_000

export interface ShownCode {
  address: string
  /** A live code is signed for this moment; a static one says nothing of who holds it. */
  live: boolean
  /** Changes with every redraw. */
  at: number
}

interface Digits {
  static: string
  live_prefix: string
}

/** The address for the QR code: signed anew every ten seconds while the screen is looked at. */
export function useLiveCode(credential: () => Digits | undefined): Ref<ShownCode | undefined> {
  const shown = ref<ShownCode>()
  let timer: ReturnType<typeof setInterval> | undefined

  async function redraw(): Promise<void> {
    const digits = credential()
    if (!digits) {
      shown.value = undefined
      return
    }
    const at = Date.now()
    const live =
      device.value &&
      (await signLiveCard(digits.live_prefix, device.value.privateKey, at).catch(() => undefined))
    shown.value = { address: `${location.origin}/v#${live ?? digits.static}`, live: live !== undefined, at }
  }

  function follow(): void {
    clearInterval(timer)
    if (document.hidden) return
    void redraw()
    timer = setInterval(redraw, REDRAW_MS)
  }

  watch(credential, follow)
  onMounted(() => {
    follow()
    document.addEventListener('visibilitychange', follow)
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', follow)
  })
  return shown
}
