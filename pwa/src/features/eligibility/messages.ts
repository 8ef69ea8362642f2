import { messages } from '@/shared/i18n'

export const t = messages({
  zh: {
    title: '我该办哪一种',
    intro: '四个问题，看看适合办活动证、开证明信、转组织关系，还是都不用办。答案只留在这部手机上，不会发送。',
    'question.affiliation': '您的组织关系现在在哪里？',
    'affiliation.home': '还在家乡（流出地）的党组织',
    'affiliation.here': '已经转到现在所在地',
    'affiliation.unknown': '说不清',
    'question.stay': '打算在外多久？地点固定吗？',
    'stay.short': '不到六个月',
    'stay.long_fixed': '六个月以上，工作或住处固定',
    'stay.long_moving': '六个月以上，地点不固定',
    'question.attends_home': '能照常参加家乡支部的组织生活吗？',
    'attends_home.yes': '能',
    'attends_home.no': '不能',
    'question.transfers': '组织关系准备转过来吗？',
    'transfers.yes': '准备转',
    'transfers.no': '不转',
    'transfers.undecided': '还没想好',
    answerAll: '四个问题都回答后，这里显示结果。',
    result: '结果',
    'outcome.card': '办流动党员活动证',
    'outcome.letter': '开党员证明信（介绍信）',
    'outcome.transfer': '转接组织关系',
    'outcome.neither': '暂时都不用办',
    'next.card':
      '请现居住地的党支部登记，由家乡的党组织确认后发证。凭证参加流入地的组织生活、交纳党费，在流入地没有表决权、选举权和被选举权；每年审验一次，返回时交回。',
    'next.letter': '请家乡的党支部开具，交给外出地的党组织，凭它参加组织生活。',
    'next.transfer': '请家乡的党支部开具组织关系介绍信，转到现在所在地的党组织。',
    'next.neither': '继续参加组织关系所在支部的组织生活；情况有变再来看。',
    why: '依据',
    'rule.affiliation_here': '组织关系已在当地，您是当地支部的正式成员，不属于流动党员。',
    'rule.affiliation_unknown': '要先弄清组织关系在哪里：请问家乡或原单位的党组织。',
    'rule.attends_home':
      '活动证是给不能参加原支部组织生活、又不转组织关系的党员用的；您能参加原支部的组织生活。',
    'rule.will_transfer': '组织关系转走后，就是接收支部的成员，不需要再办活动证。',
    'rule.short_stay': '外出时间短（不到六个月）的，一般持证明信参加外出地的组织生活，由家乡党组织决定。',
    'rule.fixed_place': '外出六个月以上、地点固定的，应当转接组织关系。这是建议，由您和两边的党组织商定。',
    'rule.keeps_home': '不能参加原支部组织生活、又不转组织关系的，办流动党员活动证。',
    also: '您外出六个月以上且地点固定，也可以考虑转接组织关系；不强制。',
    source:
      '出处：2006 年关于流动党员管理的规定；2019 年、2024 年另有新的规定。各地做法可能不同，以家乡组织部门的答复为准。',
    again: '重新回答',
  },
  en: {
    title: 'Which one do I need?',
    intro:
      'Four questions that lead to a card, a letter, a transfer, or nothing at all. The answers stay on this phone; nothing is sent.',
    'question.affiliation': 'Where is your formal affiliation now?',
    'affiliation.home': 'Still with the organisation at home',
    'affiliation.here': 'Already moved to where I live now',
    'affiliation.unknown': 'I cannot say',
    'question.stay': 'How long will you be away, and at one place?',
    'stay.short': 'Under six months',
    'stay.long_fixed': 'Six months or more, at a fixed place',
    'stay.long_moving': 'Six months or more, at changing places',
    'question.attends_home': 'Can you take part at your home branch as before?',
    'attends_home.yes': 'Yes',
    'attends_home.no': 'No',
    'question.transfers': 'Will your affiliation move here?',
    'transfers.yes': 'Yes',
    'transfers.no': 'No',
    'transfers.undecided': 'Not decided yet',
    answerAll: 'The result appears here once all four are answered.',
    result: 'Result',
    'outcome.card': 'An activity card of floating members',
    'outcome.letter': 'A letter of introduction',
    'outcome.transfer': 'A transfer of your affiliation',
    'outcome.neither': 'Nothing for now',
    'next.card':
      'Ask the branch where you live to register you; the home side confirms, then the card is issued. With it you take part and pay dues at the host, without a vote or election rights there. It is reviewed once a year and handed back on return.',
    'next.letter':
      'Ask your home branch for it and hand it to the organisation where you are going; you take part there with it.',
    'next.transfer':
      'Ask your home branch for the letter that moves your affiliation to the organisation where you live now.',
    'next.neither': 'Go on taking part where your affiliation is, and look again when things change.',
    why: 'The rule',
    'rule.affiliation_here':
      'Your affiliation is here already: you are a full part of that branch, not a floating member.',
    'rule.affiliation_unknown':
      'First find out where your affiliation is: ask the organisation at home or of your former employer.',
    'rule.attends_home':
      'The card is for members who cannot attend their home branch and do not transfer; you can attend yours.',
    'rule.will_transfer': 'Once the affiliation has moved you belong to the new branch, and need no card.',
    'rule.short_stay':
      'For a short stay (under six months) a letter is usual, with which one takes part where one is; the home side decides.',
    'rule.fixed_place':
      'Six months or more at a fixed place: the affiliation should move. It is a suggestion, to be settled between you and both sides.',
    'rule.keeps_home': 'Who cannot attend the home branch and does not transfer gets the card.',
    also: 'As you stay for six months or more at a fixed place, you might also consider a transfer; nobody forces you.',
    source:
      'Source: the rules of 2006 on floating members; newer ones were made in 2019 and 2024. Practice differs from place to place: what your home department says counts.',
    again: 'Answer again',
  },
})
