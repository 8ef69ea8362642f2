import { messages } from '@/shared/i18n'

export const t = messages({
  zh: {
    title: '订阅日历',
    intro: '让手机自带的日历自动显示支部的活动：时间、地点、改期和取消都会跟着变。',
    warning: '链接就是钥匙：谁拿到它，谁就能看到这些活动的名称、时间和地点（没有姓名）。请不要转发。',
    none: '还没有日历链接。',
    make: '生成链接',
    active: '链接正在使用，{day}生成。',
    dead: '链接已失效：有手机解除了绑定、证件挂过失，或者登记已经结束。需要时请重新生成。',
    once: '链接只显示这一次，请现在添加或复制。',
    subscribe: '添加到日历',
    copy: '复制链接',
    copied: '链接已复制',
    notCopied: '这里不能自动复制，请长按链接复制。',
    renew: '换一个新链接',
    renewHint: '旧链接会立即失效。',
    end: '停止使用',
    ended: '链接已停用',
    how: '怎样添加',
    howText: '苹果手机：点「添加到日历」。安卓手机：把链接复制到支持「网址订阅」的日历应用中。',
  },
  en: {
    title: 'Subscribe by calendar',
    intro:
      'The phone’s own calendar then shows your branch’s events, and follows when one is moved or cancelled.',
    warning:
      'The link is the key: whoever has it sees the titles, times and places of these events (no names). Do not pass it on.',
    none: 'There is no calendar link yet.',
    make: 'Make a link',
    active: 'A link is in use, made on {day}.',
    dead: 'The link no longer works: a phone was removed, a card was reported lost, or the registration has ended. Make a new one if you need it.',
    once: 'The link is shown this once: add or copy it now.',
    subscribe: 'Add to the calendar',
    copy: 'Copy the link',
    copied: 'Link copied',
    notCopied: 'It cannot be copied from here: hold the link to copy it.',
    renew: 'Make a new link',
    renewHint: 'The old one ends at once.',
    end: 'Stop using it',
    ended: 'The link has ended',
    how: 'How to add it',
    howText:
      'On an iPhone: press “Add to the calendar”. On Android: copy the link into a calendar application that subscribes to addresses.',
  },
})
