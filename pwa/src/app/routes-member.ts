/** The screens of members and of strangers. The card is in the first bundle: it must open at once, everywhere. */
import type { RouteRecordRaw } from 'vue-router'
import CardPage from '@/features/card/CardPage.vue'

export const memberRoutes: RouteRecordRaw[] = [
  { path: '/card', component: CardPage, meta: { side: 'member', tellsScans: true } },
  {
    path: '/my-events',
    component: () => import('@/features/my-events/MyEventsPage.vue'),
    meta: { side: 'member', tellsScans: true },
  },
  {
    path: '/my-calendar',
    component: () => import('@/features/my-calendar/CalendarPage.vue'),
    meta: { side: 'member' },
  },
  { path: '/me', component: () => import('@/features/my-data/MePage.vue'), meta: { side: 'member' } },
  {
    path: '/my-data',
    component: () => import('@/features/my-data/MyDataPage.vue'),
    meta: { side: 'member' },
  },
  {
    path: '/record',
    component: () => import('@/features/my-record/MyRecordPage.vue'),
    meta: { side: 'member' },
  },
  {
    path: '/my-inbox',
    component: () => import('@/features/inbox/MyInboxPage.vue'),
    meta: { side: 'member' },
  },
  {
    path: '/my-requests',
    component: () => import('@/features/my-requests/MyRequestsPage.vue'),
    meta: { side: 'member' },
  },
  {
    path: '/access-log',
    component: () => import('@/features/access-log/AccessLogPage.vue'),
    meta: { side: 'member' },
  },

  // Where codes lead: what matters is in the fragment, which no server ever sees.
  {
    path: '/a',
    component: () => import('@/features/activation/ActivationPage.vue'),
    meta: { side: 'public' },
  },
  { path: '/e', component: () => import('@/features/check-in/CheckInPage.vue'), meta: { side: 'any' } },
  {
    path: '/b',
    component: () => import('@/features/report-in/ReportInPage.vue'),
    meta: { side: 'public' },
  },
  { path: '/v', component: () => import('@/features/verify/VerifyPage.vue'), meta: { side: 'any' } },

  { path: '/scan', component: () => import('@/features/check-in/ScanPage.vue'), meta: { side: 'any' } },
  {
    path: '/welcome',
    component: () => import('@/features/welcome/WelcomePage.vue'),
    meta: { side: 'public' },
  },
  {
    path: '/eligibility',
    component: () => import('@/features/eligibility/EligibilityPage.vue'),
    meta: { side: 'any' },
  },
  {
    path: '/settings',
    component: () => import('@/features/settings/SettingsPage.vue'),
    meta: { side: 'any' },
  },
  {
    path: '/my-documents',
    component: () => import('@/features/my-documents/MyDocumentsPage.vue'),
    meta: { side: 'member' },
  },
  {
    path: '/my-documents/drafts/:draft',
    component: () => import('@/features/my-documents/DraftPage.vue'),
    meta: { side: 'member' },
  },
  {
    path: '/my-plan',
    component: () => import('@/features/my-plan/MyPlanPage.vue'),
    meta: { side: 'member' },
  },
  {
    path: '/my-documents/:id',
    component: () => import('@/features/my-documents/OwnDocumentPage.vue'),
    meta: { side: 'member' },
  },
  {
    path: '/my-talks',
    component: () => import('@/features/my-talks/MyTalksPage.vue'),
    meta: { side: 'member' },
  },
  {
    path: '/my-opinions',
    component: () => import('@/features/my-opinions/MyOpinionsPage.vue'),
    meta: { side: 'member' },
  },
  {
    path: '/my-bulletins',
    component: () => import('@/features/my-bulletins/MyBulletinsPage.vue'),
    meta: { side: 'member' },
  },
  {
    path: '/my-bulletins/:id',
    component: () => import('@/features/my-bulletins/MyBulletinPage.vue'),
    meta: { side: 'member' },
  },
]
