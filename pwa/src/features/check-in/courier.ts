/**
 * Carries what waits to the server whenever it may be reached. Whether there is network is only known by trying:
 * `navigator.onLine` says yes after an offline reload.
 */
import { device } from '@/api/device'
import { loadScans, sendScans, waitingCount } from './scans'

const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 5 * 60_000

let pause = FIRST_PAUSE_MS
let timer: ReturnType<typeof setTimeout> | undefined
let sending: Promise<boolean> | undefined

/** Tries now; if the server is not reached, again and again with growing pauses. */
export function deliver(): Promise<boolean> {
  sending ??= attempt().finally(() => (sending = undefined))
  return sending
}

async function attempt(): Promise<boolean> {
  clearTimeout(timer)
  const reached = await sendScans()
  if (reached) pause = FIRST_PAUSE_MS
  else {
    timer = setTimeout(() => void deliver(), pause)
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  }
  return reached
}

/** Called once when the application starts. */
export async function startCourier(): Promise<void> {
  if (!device.value) return
  await loadScans()
  const wake = () => {
    if (!document.hidden && waitingCount.value > 0) void deliver()
  }
  addEventListener('online', wake)
  addEventListener('pageshow', wake)
  document.addEventListener('visibilitychange', wake)
  wake()
}
