import { expect, test } from 'vitest'
import { toDigits } from '@/shared/codes/digits'
import { look } from './look'

test('what is not a card is told apart', () => {
  const printed = new Uint8Array(79)
  printed[0] = 0x11
  const digits = toDigits(printed)
  expect(look(`https://guiyan.example/v#${digits}`)).toEqual({ digits, printed: true })
  expect(look(`https://guiyan.example/e#${'0'.repeat(51)}`)).toBe('event_code')
  expect(look('https://guiyan.example/a#abc')).toBe('activation')
  expect(look('https://elsewhere.example/pay')).toBe('not_ours')
})
