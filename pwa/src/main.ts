import '@/shared/styles/tokens.css'
import '@/shared/styles/base.css'
import { createApp } from 'vue'
import { loadDevice } from '@/api/device'
import AppShell from '@/app/AppShell.vue'
import { router } from '@/app/router'
import { startServiceWorker } from '@/app/service-worker'
import { keepCodeFresh } from '@/features/card/card'
import { startCourier } from '@/features/check-in/courier'
import { applyAppearance } from '@/shared/appearance'

applyAppearance(document.documentElement)

// Which phone this is decides where the first route leads.
await loadDevice()
createApp(AppShell).use(router).mount('#app')
void startServiceWorker()
void startCourier()
void keepCodeFresh()
void import('@/api/offline-start').then(({ startOfflineWork }) => startOfflineWork())
