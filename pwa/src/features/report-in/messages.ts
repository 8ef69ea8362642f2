import { messages } from '@/shared/i18n'

export const t = messages({
  zh: {
    title: '流动党员报到',
    unknown: '这个二维码不完整，或不是报到海报上的码。请重新扫码，或按海报上的电话联系。',
    receivedBy: '由{name}代为接待',
    contact: '联系人',
    address: '地址',
    call: '拨打 {phone}',
    how: '怎么报到',
    step1: '打电话约时间，或直接到上面的地址。',
    step2: '带上身份证；有介绍信或流动党员活动证的一并带来，没有也可以先登记。',
    step3: '登记后由流出地党组织确认，之后凭证件参加这里的组织生活，手机上就能出示和签到。',
    which: '该办哪一种',
    transfer: '有固定地点、在外六个月以上：宜转接组织关系。',
    card: '不便转接、又不能正常参加原支部活动：办流动登记和活动证。',
    letter: '短期外出：带原支部的证明或介绍信参加活动即可。',
    whichNote: '拿不准也没关系，当面说明情况，由工作人员帮您判断。',
    privacy: '这个页面不需要登录，也不收集您的任何信息。',
  },
  en: {
    title: 'Report in as a floating member',
    unknown:
      'This code is incomplete or not from a report-in poster. Please scan again, or call the number on the poster.',
    receivedBy: 'Received by {name}',
    contact: 'Contact',
    address: 'Address',
    call: 'Call {phone}',
    how: 'How to report in',
    step1: 'Call for an appointment, or come to the address above.',
    step2:
      'Bring your ID card, and a letter of introduction or an activity card if you have one; without them you can register first.',
    step3:
      'Your home unit confirms the registration; then you take part here with your card, and show it and check in on your phone.',
    which: 'What fits you',
    transfer: 'A fixed place for six months or more: better transfer your affiliation.',
    card: 'No transfer possible, but too far for your home branch: register and get an activity card.',
    letter: 'Away for a short time: a letter from your home branch is enough.',
    whichNote: 'Not sure? Tell them how things are; they will help you find out.',
    privacy: 'This page needs no sign-in and collects nothing about you.',
  },
})
