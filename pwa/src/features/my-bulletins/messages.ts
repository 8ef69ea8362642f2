import { messages } from '@/shared/i18n'

export const t = messages({
  zh: {
    title: '简报和表彰',
    bulletins: '简报',
    kept: '现在没有网络，显示的是存在手机上的内容。',
    empty: '还没有简报',
    emptyHint: '支部或党委发布后会出现在这里。最近 30 期存在手机上，没有网络也能看。',
    issue: '{year} 年第 {issue} 期',
    from: '{unit} · {date}',
    gone: '这一期已撤回，或不再发给您。',
  },
  en: {
    title: 'Bulletins and commendations',
    bulletins: 'Bulletins',
    kept: 'No network just now: this is what is kept on the phone.',
    empty: 'No bulletins yet',
    emptyHint:
      'What your branch or committee publishes appears here. The last 30 are kept on the phone and open without network.',
    issue: '{year}, No. {issue}',
    from: '{unit} · {date}',
    gone: 'This one was taken back, or goes to you no more.',
  },
})
