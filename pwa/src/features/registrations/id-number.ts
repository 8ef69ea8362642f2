/** The ID number of GB 11643. Its region code is never looked at: old codes live on in IDs. */
export interface IdFacts {
  birthDate: string
  gender: 'male' | 'female'
}

export type IdFault = 'length' | 'characters' | 'birth_date' | 'check'

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECKS = '10X98765432'

/** What people paste: blanks between groups, full-width digits of a Chinese keyboard, a small x. */
export function tidyIdNumber(text: string): string {
  return text.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase()
}

export function readIdNumber(text: string): IdFacts | IdFault {
  const number = tidyIdNumber(text)
  if (number.length !== 18) return 'length'
  if (!/^\d{17}[\dX]$/.test(number)) return 'characters'
  const birthDate = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`
  const day = new Date(`${birthDate}T00:00:00Z`)
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== birthDate) return 'birth_date'
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(number[at]), 0)
  if (CHECKS[sum % 11] !== number[17]) return 'check'
  return { birthDate, gender: Number(number[16]) % 2 === 1 ? 'male' : 'female' }
}
