/**
 * What happens at an event, as it happens. Read with fetch, as EventSource cannot carry the token; whenever something
 * may have been missed, `missed` is told, and the reader asks for the whole again.
 */
import { officerTokens } from './client'
import { eventReader, type ServerEvent } from './sse'
import type { AttendanceItem, Counts } from './types'

export interface EventWatcher {
  counts(counts: Counts): void
  arrived(item: AttendanceItem, counts: Counts): void
  missed(): void
  /** Whether the line stands at present. */
  connected(now: boolean): void
}

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 15_000
/** The server says something every 15 seconds; after this long the line is dead. */
const SILENCE_MS = 40_000

/** Answers how to stop. */
export function watchEvent(id: string, watcher: EventWatcher): () => void {
  const stop = new AbortController()
  void keepWatching(id, watcher, stop.signal)
  return () => stop.abort()
}

async function keepWatching(id: string, watcher: EventWatcher, stop: AbortSignal): Promise<void> {
  let pause = FIRST_PAUSE_MS
  for (let again = false; !stop.aborted; again = true) {
    try {
      await watchOnce(id, watcher, stop, () => {
        pause = FIRST_PAUSE_MS
        watcher.connected(true)
        if (again) watcher.missed()
      })
    } catch {
      // The line broke, or there was none: try again below.
    }
    if (stop.aborted) return
    watcher.connected(false)
    await new Promise((resolve) => setTimeout(resolve, pause))
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  }
}

async function watchOnce(
  id: string,
  watcher: EventWatcher,
  stop: AbortSignal,
  opened: () => void,
): Promise<void> {
  const line = new AbortController()
  const close = () => line.abort()
  stop.addEventListener('abort', close)
  let silence: ReturnType<typeof setTimeout> | undefined
  try {
    const token = await officerTokens.get()
    const response = await fetch(`/api/v1/events/${encodeURIComponent(id)}/live`, {
      headers: { accept: 'text/event-stream', ...(token && { authorization: `Bearer ${token}` }) },
      signal: line.signal,
    })
    if (response.status === 401) officerTokens.drop()
    if (!response.ok || !response.body) throw new Error(`no stream: ${response.status}`)
    opened()
    const read = eventReader()
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      clearTimeout(silence)
      silence = setTimeout(close, SILENCE_MS)
      const { value, done } = await pieces.read()
      if (done) return
      for (const event of read(value)) tell(watcher, event)
    }
  } finally {
    clearTimeout(silence)
    stop.removeEventListener('abort', close)
  }
}

function tell(watcher: EventWatcher, { name, data }: ServerEvent): void {
  if (name === 'resync') return watcher.missed()
  if (name === 'counts') return watcher.counts((JSON.parse(data) as { counts: Counts }).counts)
  if (name !== 'check_in') return
  const { item, counts } = JSON.parse(data) as { item: AttendanceItem; counts: Counts }
  watcher.arrived(item, counts)
}
