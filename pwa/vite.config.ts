import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { precacheList } from './build/precache-list.ts'
import { precompress } from './build/precompress.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The parts behind the card, which every screen shares; what only some screens use stays with them. */
const FIRST_SCREEN =
  /node_modules\/(@?vue|vue-router|idb|lean-qr|openapi-fetch)|src\/(api|shared\/(codes|i18n|styles|qr\/(Qr|draw))|shared\/[a-z-]+\.ts|shared\/ui\/(icons|messages|tones?|toast|Ui(Icon|Button|Page|Notice|Dialog|Toasts)|StatusBadge|GooseMark))/
const LATER =
  /QrScanner|worker|\/offline|i18n\/(terms-|reject)|shared\/field-text|api\/(attachments|directory|event-live|files|flow-reasons|import-upload|member-search|overview-bars|plan-text|sse|subjects|within)\./
const firstScreen = (id: string) => FIRST_SCREEN.test(id) && !LATER.test(id)

export default defineConfig({
  // All components are written with <script setup>: what serves the other way of writing need not travel.
  plugins: [vue({ features: { optionsAPI: false } }), precacheList(), precompress()],
  resolve: { alias: { '@': here('./src') } },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    // The server sends `default-src 'self'`: nothing may become a data: URL or an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: here('./index.html'), sw: here('./src/sw.ts') },
      output: {
        // A service worker must keep its name, or phones could never find the next one.
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        // What the first screen needs comes in one file: on a slow network round trips cost more than bytes.
        codeSplitting: { groups: [{ name: 'first', test: firstScreen }] },
      },
    },
  },
  server: { proxy: { '/api': process.env.GUIYAN_API ?? 'http://127.0.0.1:8080' } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['./src/shared/testing/setup.ts'],
  },
})
