/** What to tell a person about one field, from the server's codes; its English sentence is for programs. */
import { messages } from './i18n'
import { Problem } from './problem'

/** A more exact word under `<last part of the pointer>.<code>`, or else one under the code alone. */
const t = messages({
  zh: {
    required: '请填写这一项',
    invalid: '这一项填写得不对',
    too_long: '内容太长',
    too_short: '内容太短',
    in_the_future: '日期不能晚于今天',
    'id_number.invalid': '身份证号不正确，请核对',
    'id_number.check_digit': '身份证号的末位校验不符，请核对',
    'phone.invalid': '请填写 11 位手机号码',
    'password.too_short': '密码至少 10 个字符',
    'new.too_short': '密码至少 10 个字符',
  },
  en: {
    required: 'Please fill this in',
    invalid: 'This is not right',
    too_long: 'This is too long',
    too_short: 'This is too short',
    in_the_future: 'The date must not be after today',
    'id_number.invalid': 'This is not a valid ID number, please compare',
    'id_number.check_digit': 'The last character of the ID number does not fit, please compare',
    'phone.invalid': 'Please enter a mobile number of 11 digits',
    'password.too_short': 'A password has at least 10 characters',
    'new.too_short': 'A password has at least 10 characters',
  },
})

export function fieldText(error: unknown, pointer: string): string | undefined {
  const found = error instanceof Problem ? error.field(pointer) : undefined
  if (!found) return undefined
  const exact = `${pointer.split('/').pop()}.${found.code}`
  if (t.has(exact)) return t(exact)
  return t.has(found.code) ? t(found.code) : t('invalid')
}
