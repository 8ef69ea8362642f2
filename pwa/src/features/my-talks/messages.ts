import { messages } from '@/shared/i18n'

export const t = messages({
  zh: {
    title: '谈话与帮扶',
    intro:
      '与您有关的谈心谈话。只登记谁和谁谈、谈什么方面，不记谈话内容。谁看过这些记录，可在「谁看过我的记录」里查到。',
    talks: '谈心谈话',
    kept: '现在没有网络，显示的是上次读到的内容。',
    ledBy: '{talker}与您谈',
    led: '您与 {count} 人谈',
    due: '{date}前办：{what}',
    done: '{date}已办：{what}',
    void: '登记有误，已作废',
    listComma: '、',
    emptyTitle: '还没有谈话记录',
    empty: '支部登记与您的谈话后，会出现在这里。',
    log: '谁看过我的记录',
  },
  en: {
    title: 'Talks and help',
    intro:
      'Talks that concern you. Only who talked with whom and about what kind of thing is on record, never what was said. Who looked is in “Who looked at my record”.',
    talks: 'Talks',
    kept: 'No network just now: this is what was read last.',
    ledBy: '{talker} talked with you',
    led: 'You talked with {count}',
    due: 'by {date}: {what}',
    done: 'done on {date}: {what}',
    void: 'Recorded by mistake, void',
    listComma: ', ',
    emptyTitle: 'No talks yet',
    empty: 'When the branch records a talk with you, it appears here.',
    log: 'Who looked at my record',
  },
})
