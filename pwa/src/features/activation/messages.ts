import { messages } from '@/shared/i18n'

export const t = messages({
  zh: {
    title: '绑定我的手机',
    what: '这个链接把您的证件放到这部手机上。手机会生成一把只属于它的钥匙，以后出示证件、签到都不需要密码。',
    go: '绑定这部手机',
    working: '正在绑定…',
    rebind: '这部手机已经绑定了证件 {number}。继续将换成新的证件。',
    weChatIosTitle: '请先在 Safari 中打开',
    weChatIos:
      '苹果手机的微信不能保存证件：没有网络时打不开，也可能被清除。请点右上角“…”，选择“在默认浏览器打开”，再绑定。',
    weChatGo: '仍在微信中绑定',
    iosHome: '若以后想从桌面打开，请先把本页“添加到主屏幕”；从桌面打开的页面需要支部再给一次绑定链接。',
    expired: '这个绑定链接已经用过，或已过期（15 分钟内有效）。请所在支部重新给您一个。',
    limit: '您已经绑定了两部手机。请所在支部先解除其中一部。',
    incomplete: '链接不完整。请重新扫描二维码，或完整复制链接。',
    noKeys: '这个浏览器不能保存钥匙。请换用手机自带的浏览器，并关闭无痕模式。',
    privacy: '钥匙不会离开这部手机；手机丢失时，可由您或支部立即挂失。',
  },
  en: {
    title: 'Bind my phone',
    what: 'This link puts your card on this phone. The phone makes a key of its own, so that showing the card and checking in need no password.',
    go: 'Bind this phone',
    working: 'Binding…',
    rebind: 'This phone is bound to card {number} already. Going on replaces it.',
    weChatIosTitle: 'Please open this in Safari first',
    weChatIos:
      'WeChat on the iPhone cannot keep the card: it does not open without network and may be wiped. Tap “…” above, choose “Open in browser”, then bind.',
    weChatGo: 'Bind inside WeChat all the same',
    iosHome:
      'To open it from the home screen later, add this page there first; a page opened from the home screen needs a link of its own.',
    expired:
      'This link has been used or has expired (it is good for 15 minutes). Ask your branch for a new one.',
    limit: 'Two phones are bound already. Ask your branch to unbind one first.',
    incomplete: 'The link is incomplete. Scan the code again or copy the whole link.',
    noKeys: 'This browser cannot keep a key. Use the phone’s own browser, not in private mode.',
    privacy:
      'The key never leaves this phone; if the phone is lost, you or your branch can report it at once.',
  },
})
