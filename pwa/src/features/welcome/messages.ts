import { messages } from '@/shared/i18n'

export const t = messages({
  zh: {
    title: '归雁',
    tagline: '流动党员登记与活动证',
    member: '我是党员',
    memberText:
      '请所在支部的书记给您一个绑定链接或二维码，用这部手机打开，证件就到手机里了。不用注册，不用密码。',
    scan: '扫绑定二维码',
    eligibility: '我该办活动证吗？',
    officer: '我是工作人员',
    officerText: '支部书记、党委和组织部的工作人员请登录。',
    signIn: '登录',
    stranger: '我想核对一张证件',
    strangerText: '用手机相机扫证件上的二维码，就能看到它是否有效。',
    settings: '语言与显示设置',
  },
  en: {
    title: 'Guiyan',
    tagline: 'Registration and cards of floating members',
    member: 'I am a member',
    memberText:
      'Ask your branch secretary for a link or a QR code and open it with this phone: your card is then on it. No account, no password.',
    scan: 'Scan the binding code',
    eligibility: 'Do I need a card?',
    officer: 'I work in an office',
    officerText: 'Branch secretaries, committee and department officers sign in here.',
    signIn: 'Sign in',
    stranger: 'I want to check a card',
    strangerText: 'Scan the code on the card with your phone’s camera: it says whether the card is valid.',
    settings: 'Language and display',
  },
})
