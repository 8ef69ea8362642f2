/** The officers' screens. Each is loaded when it is first opened, and this list with the first of them. */
import type { RouteRecordRaw } from 'vue-router'
import { officerWorkRoutes } from './routes-work'

type Component = NonNullable<RouteRecordRaw['component']>

const officer = (path: string, component: Component): RouteRecordRaw => ({
  path,
  component,
  meta: { side: 'officer' },
})
const stranger = (path: string, component: Component): RouteRecordRaw => ({
  path,
  component,
  meta: { side: 'public' },
})

export const officerRoutes: RouteRecordRaw[] = [
  stranger('/sign-in', () => import('@/features/sign-in/SignInPage.vue')),
  stranger('/setup', () => import('@/features/setup/SetupPage.vue')),
  officer('/desk', () => import('@/features/desk/DeskPage.vue')),
  {
    ...officer('/registrations', () => import('@/features/registrations/MembersPage.vue')),
    name: 'registrations',
  },
  officer('/registrations/new', () => import('@/features/registrations/RegisterPage.vue')),
  officer('/please-call', () => import('@/features/registrations/PleaseCallPage.vue')),
  officer('/registrations/import', () => import('@/features/imports/ImportPage.vue')),
  officer('/registrations/:id', () => import('@/features/registrations/RegistrationPage.vue')),
  officer('/registrations/:id/card', () => import('@/features/cards-desk/IssuePage.vue')),
  officer('/cards/:number', () => import('@/features/cards-desk/CardPage.vue')),
  officer('/events', () => import('@/features/events/EventsPage.vue')),
  officer('/events/new', () => import('@/features/events/EventFormPage.vue')),
  officer('/events/:id', () => import('@/features/events/EventPage.vue')),
  officer('/events/:id/review', () => import('@/features/events/ReviewPage.vue')),
  officer('/events/:id/edit', () => import('@/features/events/EventFormPage.vue')),
  {
    ...officer('/events/:id/code', () => import('@/features/event-code/EventCodePage.vue')),
    meta: { side: 'officer', bare: true },
  },
  {
    ...officer('/events/:id/scan', () => import('@/features/scan-desk/ScanDeskPage.vue')),
    meta: { side: 'officer', ownQueue: true },
  },
  officer('/tasks', () => import('@/features/tasks/TasksPage.vue')),
  officer('/notices', () => import('@/features/inbox/NoticesPage.vue')),
  officer('/member-requests', () => import('@/features/requests/RequestsPage.vue')),
  officer('/confirmations', () => import('@/features/department/ConfirmationsPage.vue')),
  officer('/look-up', () => import('@/features/department/LookUpPage.vue')),
  officer('/overview/:id', () => import('@/features/overview/OverviewPage.vue')),
  officer('/units', () => import('@/features/units/UnitsPage.vue')),
  officer('/units/new', () => import('@/features/units/UnitFormPage.vue')),
  officer('/units/:id', () => import('@/features/units/UnitFormPage.vue')),
  officer('/accounts', () => import('@/features/accounts/AccountsPage.vue')),
  officer('/accounts/new', () => import('@/features/accounts/NewAccountPage.vue')),
  officer('/accounts/:id', () => import('@/features/accounts/OneAccountPage.vue')),
  officer('/account', () => import('@/features/account/AccountPage.vue')),
  ...officerWorkRoutes,
]
