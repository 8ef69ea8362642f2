/** The screens of the units' work. Each is loaded when it is first opened. */
import type { RouteRecordRaw } from 'vue-router'

type Component = NonNullable<RouteRecordRaw['component']>

const officer = (path: string, component: Component): RouteRecordRaw => ({
  path,
  component,
  meta: { side: 'officer' },
})

export const officerWorkRoutes: RouteRecordRaw[] = [
  officer('/summary', () => import('@/features/summary/ReportsPage.vue')),
  officer('/summary/:id', () => import('@/features/summary/SummaryPage.vue')),
  officer('/work', () => import('@/features/work/WorkPage.vue')),

  // Posts, recruits, censuses, elections
  officer('/posts', () => import('@/features/posts/PostsPage.vue')),
  officer('/contact-points', () => import('@/features/posts/ContactPointsPage.vue')),
  officer('/recruits', () => import('@/features/recruits/RecruitsPage.vue')),
  officer('/recruits/new', () => import('@/features/recruits/RecruitFormPage.vue')),
  officer('/recruits/:id', () => import('@/features/recruits/RecruitPage.vue')),
  officer('/censuses', () => import('@/features/censuses/CensusesPage.vue')),
  officer('/censuses/new', () => import('@/features/censuses/CensusFormPage.vue')),
  officer('/censuses/:id', () => import('@/features/censuses/CensusPage.vue')),
  officer('/censuses/:id/units/:unitId', () => import('@/features/censuses/AnswerPage.vue')),
  officer('/censuses/:id/compare/:otherId', () => import('@/features/censuses/ComparePage.vue')),
  officer('/elections', () => import('@/features/elections/ElectionsPage.vue')),
  officer('/elections/due', () => import('@/features/elections/DuePage.vue')),
  officer('/elections/:id', () => import('@/features/elections/ElectionPage.vue')),

  // Documents, plans
  officer('/documents', () => import('@/features/documents/DocumentsPage.vue')),
  officer('/documents/new', () => import('@/features/documents/PaperPage.vue')),
  officer('/documents/:id', () => import('@/features/documents/DocumentPage.vue')),
  officer('/plans', () => import('@/features/plans/PlansPage.vue')),
  officer('/plans/new', () => import('@/features/plans/PlanFormPage.vue')),
  officer('/plans/:id', () => import('@/features/plans/PlanPage.vue')),
  officer('/plans/:id/edit', () => import('@/features/plans/PlanFormPage.vue')),

  // Talks, opinions, pairing and aid
  officer('/talks', () => import('@/features/talks/TalksPage.vue')),
  officer('/talks/new', () => import('@/features/talks/TalkFormPage.vue')),
  officer('/talks/:id', () => import('@/features/talks/TalkPage.vue')),
  officer('/opinions', () => import('@/features/opinions/OpinionsPage.vue')),
  officer('/opinions/new', () => import('@/features/opinions/OpinionFormPage.vue')),
  officer('/opinions/:id', () => import('@/features/opinions/OpinionPage.vue')),
  officer('/pairings', () => import('@/features/pairings/PairingsPage.vue')),
  officer('/pairings/new', () => import('@/features/pairings/PairFormPage.vue')),
  officer('/pairings/:id', () => import('@/features/pairings/PairPage.vue')),
  officer('/cases', () => import('@/features/pairings/CasesPage.vue')),
  officer('/cases/new', () => import('@/features/pairings/CaseFormPage.vue')),
  officer('/cases/:id', () => import('@/features/pairings/CasePage.vue')),
  officer('/aid', () => import('@/features/pairings/AidListPage.vue')),
  officer('/aid/new', () => import('@/features/pairings/AidFormPage.vue')),
  officer('/aid/:id', () => import('@/features/pairings/AidPage.vue')),

  // Bulletins, submissions, commendations, supervision
  officer('/bulletins', () => import('@/features/bulletins/BulletinsPage.vue')),
  officer('/bulletins/new', () => import('@/features/bulletins/BulletinFormPage.vue')),
  officer('/bulletins/:id', () => import('@/features/bulletins/BulletinPage.vue')),
  officer('/bulletins/:id/edit', () => import('@/features/bulletins/BulletinFormPage.vue')),
  officer('/submissions', () => import('@/features/submissions/SubmissionsPage.vue')),
  officer('/submissions/new', () => import('@/features/submissions/SubmissionFormPage.vue')),
  officer('/submissions/:id', () => import('@/features/submissions/SubmissionPage.vue')),
  officer('/submissions/:id/edit', () => import('@/features/submissions/SubmissionFormPage.vue')),
  officer('/commendations', () => import('@/features/commendations/CommendationsPage.vue')),
  officer('/commendations/new', () => import('@/features/commendations/NominationPage.vue')),
  officer('/commendations/:id', () => import('@/features/commendations/CommendationPage.vue')),
  officer('/supervision-groups', () => import('@/features/supervision/GroupsPage.vue')),
  officer('/supervision-groups/new', () => import('@/features/supervision/GroupFormPage.vue')),
  officer('/supervision-groups/:id', () => import('@/features/supervision/GroupPage.vue')),
  officer('/supervision-groups/:id/edit', () => import('@/features/supervision/GroupFormPage.vue')),
  officer('/supervision-groups/:id/visit', () => import('@/features/supervision/VisitFormPage.vue')),
  officer('/visits', () => import('@/features/supervision/VisitsPage.vue')),
  officer('/visits/:id', () => import('@/features/supervision/VisitPage.vue')),
]
