/** The courier of a member's own scans. */
import { device } from '@/api/device'
import { courier } from '@/shared/courier'
import { loadScans, sendScans, waitingCount } from './scans'

const scans = courier(sendScans, () => waitingCount.value > 0)

export const deliver = scans.deliver

/** Called once when the application starts. */
export async function startCourier(): Promise<void> {
  if (!device.value) return
  await loadScans()
  scans.start()
}
