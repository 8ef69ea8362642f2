import { ref } from 'vue'

export type ToastTone = 'good' | 'bad' | 'info'

export interface Toast {
  id: number
  text: string
  tone: ToastTone
}

/** What is shown at present; UiToasts draws it, once, in the shell. */
export const toasts = ref<Toast[]>([])

const STAYS_MS = 5000
let last = 0

/** One short sentence about what has just happened. Nothing that must be read again later belongs here. */
export function toast(text: string, tone: ToastTone = 'good'): void {
  const id = ++last
  toasts.value.push({ id, text, tone })
  setTimeout(() => (toasts.value = toasts.value.filter((shown) => shown.id !== id)), STAYS_MS)
}
