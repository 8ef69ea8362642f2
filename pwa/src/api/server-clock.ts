import { ref } from 'vue'

/** How far the phone's clock is ahead of the server's, in milliseconds, as of the last answer. */
export const clockAheadMs = ref(0)

export function noteServerTime(response: Response): void {
  const server = Date.parse(response.headers.get('date') ?? '')
  // The header counts whole seconds; half of one is the fairest guess.
  if (!Number.isNaN(server)) clockAheadMs.value = Date.now() - (server + 500)
}
