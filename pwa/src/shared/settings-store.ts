import { ref, watch, type Ref } from 'vue'

/**
 * One choice of the person on this device, such as the language. localStorage, as it is needed before the first
 * paint; a browser that refuses storage keeps the choice until the page closes.
 */
export function setting<T extends string>(name: string, initial: T): Ref<T> {
  const key = `guiyan.${name}`
  const value = ref(read(key) ?? initial) as Ref<T>
  watch(value, (now) => write(key, now), { flush: 'sync' })
  return value
}

function read<T extends string>(key: string): T | undefined {
  try {
    return (localStorage.getItem(key) as T | null) ?? undefined
  } catch {
    return undefined
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Private mode of an old browser: the choice lives as long as the page.
  }
}
