/** Which code is the one of now, by the server's clock. Pure, so that clocks can be tried out. */
import { WINDOW_MS } from '@/shared/offline/event-code'

export interface Turn {
  window: number
  /** How much of its time is left, from 1 to 0. */
  left: number
  seconds: number
}

export function turnAt(serverNow: number): Turn {
  const window = Math.floor(serverNow / WINDOW_MS)
  const leftMs = (window + 1) * WINDOW_MS - serverNow
  return { window, left: leftMs / WINDOW_MS, seconds: Math.ceil(leftMs / 1000) }
}
