import { messages } from '@/shared/i18n'

export const t = messages({
  zh: {
    title: '工作人员登录',
    username: '用户名',
    password: '密码',
    show: '显示密码',
    signIn: '登录',
    totp: '动态验证码',
    totpHint: '打开手机上的验证器，输入归雁的 6 位数字。',
    failed: '用户名、密码或验证码不对，请再核对一遍。',
    wait: '尝试次数太多，请 {seconds} 秒后再试。',
    member: '我是流动党员',
    memberHint: '党员不用密码：请支部书记出示激活二维码，用手机扫一扫即可。',
    back: '换一个账号',
    appearance: '语言与字号',
  },
  en: {
    title: 'Officers’ sign-in',
    username: 'User name',
    password: 'Password',
    show: 'Show the password',
    signIn: 'Sign in',
    totp: 'One-time code',
    totpHint: 'Open the authenticator on your phone and enter the 6 digits for Guiyan.',
    failed: 'User name, password or code is not right. Please check once more.',
    wait: 'Too many attempts. Please try again in {seconds} seconds.',
    member: 'I am a floating member',
    memberHint:
      'Members need no password: ask your branch secretary to show the activation code, and scan it.',
    back: 'Use another account',
    appearance: 'Language and text size',
  },
})
