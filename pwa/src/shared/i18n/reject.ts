/** Why a check-in was refused, said to the person who scans for others. */
import { messages } from './index'

const t = messages({
  zh: {
    unknown_event: '找不到这次活动',
    event_not_open: '活动没有开放签到',
    too_early: '还没到签到时间',
    too_late: '签到时间已过',
    code_invalid: '不是有效的活动码',
    code_expired: '活动码已过期',
    unknown_card: '不认识这张证件',
    card_suspended: '证件已暂停使用',
    card_lost: '证件已挂失',
    card_revoked: '证件已注销',
    card_surrendered: '证件已交回',
    presentation_invalid: '二维码有误，可能是伪造的',
    presentation_stale: '二维码已过时，请让本人刷新证件',
    registration_not_active: '流动登记不在册',
    not_in_audience: '不在这次活动的参加范围内',
    not_permitted: '您无权为此人签到',
    clock_implausible: '手机时间不对',
    other: '没有被接受',
  },
  en: {
    unknown_event: 'This event is not known',
    event_not_open: 'Check-in is not open',
    too_early: 'Check-in has not opened yet',
    too_late: 'Check-in is over',
    code_invalid: 'Not a valid event code',
    code_expired: 'The event code has expired',
    unknown_card: 'This card is not known',
    card_suspended: 'The card is suspended',
    card_lost: 'The card was reported lost',
    card_revoked: 'The card is revoked',
    card_surrendered: 'The card was handed back',
    presentation_invalid: 'The code is not right; it may be forged',
    presentation_stale: 'The code is too old; ask the member to refresh the card',
    registration_not_active: 'The registration is not in force',
    not_in_audience: 'Not among those this event is for',
    not_permitted: 'You may not check this person in',
    clock_implausible: 'The phone’s clock is wrong',
    other: 'Not accepted',
  },
})

export function rejectText(reason: string | null | undefined): string {
  return reason && t.has(reason) ? t(reason) : t('other')
}
