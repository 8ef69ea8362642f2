import { messages } from '@/shared/i18n'

export const t = messages({
  zh: {
    title: '我的学习',
    intro: '学习计划里与我有关的要求和我的进度。只给本人和所在支部看，不排名。',
    kept: '现在没有网络，显示的是上次读到的进度。',
    emptyTitle: '现在没有学习计划',
    empty: '支部或党委的学习计划开始后，会出现在这里。',
    met: '已完成',
    record: '参加活动的记录',
    documents: '我的材料',
  },
  en: {
    title: 'My study',
    intro: 'What study plans ask of me and how far I am. Only I and my branch see it; nobody is ranked.',
    kept: 'No network just now: this is what was read last.',
    emptyTitle: 'No study plan at present',
    empty: 'When a plan of your branch or committee begins, it appears here.',
    met: 'Reached',
    record: 'My attendance',
    documents: 'My documents',
  },
})
