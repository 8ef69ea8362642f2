/**
 * What is kept on this phone. A feature declares its table beside its own code; each table is a small database
 * of its own, so that a feature loaded later needs no version number shared with all the others.
 */
import { openDB, type IDBPDatabase } from 'idb'

export interface Table<T> {
  get(key: string): Promise<T | undefined>
  put(key: string, value: T): Promise<void>
  delete(key: string): Promise<void>
  /** Everything, in the order of its keys. */
  all(): Promise<T[]>
  clear(): Promise<void>
}

const STORE = 'rows'

export function table<T>(name: string): Table<T> {
  let opened: Promise<IDBPDatabase> | undefined
  const open = () => {
    opened ??= openDB(`guiyan-${name}`, 1, {
      upgrade: (db) => void db.createObjectStore(STORE),
      // Safari drops connections of pages in the background; the next use opens again.
      terminated: () => (opened = undefined),
      blocking: (_current, _next, event) => {
        ;(event.target as IDBDatabase).close()
        opened = undefined
      },
    }).catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  return {
    get: async (key) => (await open()).get(STORE, key) as Promise<T | undefined>,
    put: async (key, value) => void (await (await open()).put(STORE, value, key)),
    delete: async (key) => (await open()).delete(STORE, key),
    all: async () => (await open()).getAll(STORE) as Promise<T[]>,
    clear: async () => (await open()).clear(STORE),
  }
}

/** Asks the browser not to drop what we keep when the phone runs full. It may refuse; nothing depends on it. */
export async function keepStorage(): Promise<void> {
  await navigator.storage?.persist?.().catch(() => false)
}
