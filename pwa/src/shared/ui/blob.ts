import { onBeforeUnmount, shallowRef, watch, type ShallowRef } from 'vue'
import { useLoad, type Load } from './load'

/** A picture that was fetched with a token, as an address for <img src>; given back when the component goes. */
export function useBlobUrl(read: () => Promise<Blob | undefined>): {
  load: Load<Blob | undefined>
  url: ShallowRef<string | undefined>
} {
  const load = useLoad(read)
  const url = shallowRef<string>()
  const release = () => url.value && URL.revokeObjectURL(url.value)

  watch(load.data, (blob) => {
    release()
    url.value = blob ? URL.createObjectURL(blob) : undefined
  })
  onBeforeUnmount(release)
  return { load, url }
}

/** Saves a file that was fetched with a token. */
export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  saveAs(url, name)
  // Some browsers read it only after the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** Saves what was fetched under a name, as a link to it would. */
export function saveAs(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}

/** How long a saved file's address lives: a phone may ask its person first where to put the file. */
const KEPT_MS = 60_000

/** Saves a file under a name, or opens it where the browser shows such files. */
export function saveBlob(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  saveAs(url, name)
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS)
}
