/**
 * The service worker: keeps the application on the phone so that the card opens without network. It never
 * touches /api: what the server said is kept, where it may be kept at all, by the feature that asked.
 */
declare const self: ServiceWorkerGlobalScope
export {} // a module, so that its names are its own

/** The build puts the list of files here (build/precache-list.ts). */
declare const __PRECACHE__: { version: string; urls: string[] }

const { version, urls } = __PRECACHE__
const CACHE = `guiyan-${version}`
const OFFLINE_PAGE = '/index.html'

self.addEventListener('install', (event) => {
  // `reload` goes past the HTTP cache: a list of new files must not be filled with old ones.
  const fresh = urls.map((url) => new Request(url, { cache: 'reload' }))
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldCaches().then(() => self.clients.claim()))
})

// The page asks for the change of version, after the person has agreed to it.
self.addEventListener('message', (event) => {
  if (event.data === 'take-over') void self.skipWaiting()
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (request.mode === 'navigate') {
    if (isPage(url)) event.respondWith(page())
  } else if (urls.includes(url.pathname)) {
    event.respondWith(fromCache(request, url.pathname))
  }
})

/** Paths the server itself answers with a document; all the others are routes of the application. */
function isPage(url: URL): boolean {
  return !/^\/(api|healthz|readyz|metrics|\.well-known)(\/|$)/.test(url.pathname)
}

/** From the phone at once; the browser looks for a newer service worker on its own. */
async function page(): Promise<Response> {
  const cached = await caches.match(OFFLINE_PAGE, { cacheName: CACHE })
  return cached ?? fetch(OFFLINE_PAGE)
}

async function fromCache(request: Request, path: string): Promise<Response> {
  const cached = await caches.match(path, { cacheName: CACHE })
  return cached ?? fetch(request)
}

async function dropOldCaches(): Promise<void> {
  const names = await caches.keys()
  const old = names.filter((name) => name.startsWith('guiyan-') && name !== CACHE)
  await Promise.all(old.map((name) => caches.delete(name)))
}
