import { messages } from './i18n'
import { Problem, Unreachable } from './problem'

/** Under the server's own problem codes. */
const t = messages({
  zh: {
    unreachable: '现在连不上服务器。请检查网络，稍后再试。',
    unexpected: '没有成功，请稍后再试。',
    malformed_request: '请求无法识别，请刷新页面后再试。',
    not_signed_in: '登录已失效，请重新登录。',
    not_allowed: '您没有这项权限。',
    not_found: '没有找到，或您无权查看。',
    wrong_state: '当前状态下不能这样做，请刷新后再看。',
    request_exists: '您已经提过这项申请。',
    role_of_group: '这项职责来自督导组或联络员组，请到「督导与联络」里调整。',
    gone: '这个一次性链接已经用过，或已过期。',
    changed: '这条记录刚刚被别人改动过，请刷新后再试。',
    device_limit: '已绑定两部手机，请先解绑一部。',
    key_reused: '重复提交了不同的内容，请刷新后再试。',
    too_large: '内容太大。',
    unsupported_media: '不支持这种文件格式。',
    invalid: '有几处需要改正，见下面的提示。',
    too_many_requests: '次数太多，请稍等一会儿再试。',
    timeout: '服务器没有及时回应，请稍后再试。',
    unavailable: '服务器正忙，请稍后再试。',
    internal: '服务器出了问题，请稍后再试。',
  },
  en: {
    unreachable: 'The server cannot be reached at present. Check the network and try again.',
    unexpected: 'That did not work. Please try again shortly.',
    malformed_request: 'The request could not be read. Reload the page and try again.',
    not_signed_in: 'Your session has ended. Please sign in again.',
    not_allowed: 'You are not allowed to do this.',
    not_found: 'Not found, or not visible to you.',
    wrong_state: 'This cannot be done in the present state. Reload and look again.',
    request_exists: 'You have asked for this already.',
    role_of_group: 'A supervision group gives this duty. Adjust the group instead.',
    gone: 'This one-time link has been used or has expired.',
    changed: 'This record has just been changed by somebody else. Reload it and try again.',
    device_limit: 'Two phones are bound already. Remove one first.',
    key_reused: 'The same submission was sent with other content. Reload and try again.',
    too_large: 'That is too large.',
    unsupported_media: 'This file format is not supported.',
    invalid: 'Some entries need correcting, see below.',
    too_many_requests: 'Too many attempts. Please wait a little.',
    timeout: 'The server did not answer in time. Please try again shortly.',
    unavailable: 'The server is busy. Please try again shortly.',
    internal: 'Something went wrong at the server. Please try again shortly.',
  },
})

/** What to tell a person about a failure. A feature that knows a problem's `code` better says it itself first. */
export function errorText(error: unknown): string {
  if (error instanceof Unreachable) return t('unreachable')
  if (error instanceof Problem && t.has(error.code)) return t(error.code)
  return t('unexpected')
}
