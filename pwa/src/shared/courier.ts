/**
 * Carries what waits on this phone to the server whenever it may be reached. Whether there is network is only known by
 * trying: `navigator.onLine` says yes after an offline reload.
 */
import { Problem } from './problem'

const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 5 * 60_000

export interface Courier {
  /** Tries now; if the server is not reached, again and again with growing pauses. Answers whether it was. */
  deliver(): Promise<boolean>
  /** From now on it tries whenever the page comes back or the network does. */
  start(): void
}

/** `attempt` sends all that waits and answers whether the server was reached. */
export function courier(attempt: () => Promise<boolean>, waits: () => boolean): Courier {
  let pause = FIRST_PAUSE_MS
  let timer: ReturnType<typeof setTimeout> | undefined
  let sending: Promise<boolean> | undefined
  let started = false

  function deliver(): Promise<boolean> {
    sending ??= tryOnce().finally(() => (sending = undefined))
    return sending
  }

  async function tryOnce(): Promise<boolean> {
    clearTimeout(timer)
    const reached = await attempt()
    if (reached) pause = FIRST_PAUSE_MS
    else {
      timer = setTimeout(() => void deliver(), pause)
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
    }
    return reached
  }

  function wake(): void {
    if (document.hidden || !waits()) return
    // Something has changed: the long pauses of a long absence begin anew.
    pause = FIRST_PAUSE_MS
    void deliver()
  }

  function start(): void {
    if (!started) {
      addEventListener('online', wake)
      addEventListener('pageshow', wake)
      document.addEventListener('visibilitychange', wake)
    }
    started = true
    wake()
  }
  return { deliver, start }
}

/** As many items as the server takes in one request. */
const MOST_AT_ONCE = 500
/** Refusals that speak of what was sent, not of who sends it or when. */
const ABOUT_CONTENT = [400, 413, 422]

/**
 * Sends all of `items` in batches. When the server refuses what a request holds, its batch is split until the one item
 * at fault is alone, and only that one is given up. Every other failure is thrown: it concerns all of them.
 */
export async function sendInBatches<T>(
  items: T[],
  send: (batch: T[]) => Promise<void>,
  giveUp: (item: T, problem: Problem) => Promise<void>,
  most = MOST_AT_ONCE,
): Promise<void> {
  for (let at = 0; at < items.length; at += most) {
    const batch = items.slice(at, at + most)
    try {
      await send(batch)
    } catch (error) {
      if (!(error instanceof Problem) || !ABOUT_CONTENT.includes(error.status)) throw error
      const [only] = batch
      if (batch.length === 1 && only) await giveUp(only, error)
      else await sendInBatches(batch, send, giveUp, Math.ceil(batch.length / 2))
    }
  }
}
