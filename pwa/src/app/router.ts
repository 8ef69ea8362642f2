import { watch } from 'vue'
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'
import { rememberedAccount } from '@/api/account'
import { device } from '@/api/device'
import { knownAccount } from '@/api/officer-session'
import type { Side } from './navigation'
import { memberRoutes } from './routes-member'

declare module 'vue-router' {
  interface RouteMeta {
    /** Whose bar is shown; `any` keeps the one of the screen before. Also the authority the screen asks for. */
    side: Side | 'any'
    /** Fills the screen without bar, such as the code on a projector. */
    bare?: boolean
    /** Says itself which scans of this staff phone still wait. */
    ownQueue?: boolean
    /** Says above itself what this phone keeps, and what became of it. */
    tellsScans?: boolean
  }
}

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/', redirect: home },
    ...memberRoutes,
    {
      path: '/:rest(.*)*',
      component: () => import('./NotFoundPage.vue'),
      meta: { side: 'any' },
      beforeEnter: learnOfficersScreens,
    },
  ],
})

let complete = false

/** A phone that shows a member's card need not know of the officers' screens: their list comes when an address is none of its own. */
async function learnOfficersScreens(to: RouteLocationNormalized) {
  if (complete) return true
  const { officerRoutes } = await import('./routes-officer')
  officerRoutes.forEach((route) => router.addRoute(route))
  complete = true
  return to.fullPath
}

/** Where a person starts: a phone that was bound opens its card, an officer the desk, anybody else the welcome. */
export function home(): string {
  if (device.value) return '/card'
  return rememberedAccount.value ? '/desk' : '/welcome'
}

router.beforeEach(async (to) => {
  // Their screens depend on the roles, so who it is must be known first.
  if (to.meta.side === 'officer') await knownAccount()
  if (to.meta.side === 'officer' && !rememberedAccount.value) return signInFirst(to)
  if (to.meta.side === 'member' && !device.value) return { path: '/welcome', replace: true }
  return true
})

function signInFirst(to: RouteLocationNormalized) {
  return { path: '/sign-in', query: { next: to.fullPath }, replace: true }
}

/** The session ended while a screen was open: the person signs in again and comes back to it. */
watch(rememberedAccount, (now) => {
  const { meta } = router.currentRoute.value
  if (!now && meta.side === 'officer') void router.push(signInFirst(router.currentRoute.value))
})

/** After a change of screen the reader starts at its heading; on the first one the browser does. */
router.afterEach((to, from, failure) => {
  if (failure || from.matched.length === 0 || to.path === from.path) return
  requestAnimationFrame(() => document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true }))
})
