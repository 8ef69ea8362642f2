import { onBeforeUnmount, onMounted } from 'vue'

/** Keeps the screen on while a component is on the page, where the browser can; it is lost whenever the page hides. */
export function useWakeLock(): void {
  let lock: WakeLockSentinel | undefined
  let gone = false

  async function hold(): Promise<void> {
    if (document.hidden || gone) return
    lock = await navigator.wakeLock?.request('screen').catch(() => undefined)
    if (gone) void lock?.release()
  }
  const again = () => void hold()

  onMounted(() => {
    document.addEventListener('visibilitychange', again)
    again()
  })
  onBeforeUnmount(() => {
    gone = true
    document.removeEventListener('visibilitychange', again)
    void lock?.release()
  })
}
