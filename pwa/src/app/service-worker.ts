/** Keeps the application on the phone, and says when a newer one has been fetched. */
import { ref } from 'vue'

/** A new version waits for the person's consent: a page is never swapped under somebody's hands. */
export const updateReady = ref(false)

let waiting: ServiceWorker | null = null
const CHECK_EVERY_MS = 60 * 60_000

export async function startServiceWorker(): Promise<void> {
  // Absent inside WeChat on iOS and on plain http: then the application simply needs the network.
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  try {
    const registration = await navigator.serviceWorker.register('/sw.js')
    const look = () => {
      // On the very first visit there is nothing to replace.
      waiting = navigator.serviceWorker.controller ? registration.waiting : null
      updateReady.value = waiting !== null
    }
    registration.addEventListener('updatefound', () =>
      registration.installing?.addEventListener('statechange', look),
    )
    look()
    setInterval(() => void registration.update().then(look, () => undefined), CHECK_EVERY_MS)
  } catch {
    // Refused by the browser's settings: nothing is lost but the offline card.
  }
}

export function applyUpdate(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waiting?.postMessage('take-over')
}
