/**
 * Bytes as decimal digits, which a QR code packs far tighter than letters: 7 bytes become 17 digits with leading
 * zeros, a rest of 1 to 6 bytes becomes 3, 5, 8, 10, 13 or 15.
 */
import type { Bytes } from './bytes'

const GROUP = 7
/** Digits for 0 to 7 bytes. */
const WIDTH = [0, 3, 5, 8, 10, 13, 15, 17] as const
const GROUP_DIGITS = WIDTH[GROUP]

export function toDigits(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += GROUP) {
    const group = bytes.subarray(at, at + GROUP)
    const value = group.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
    text += value.toString().padStart(WIDTH[group.length] ?? 0, '0')
  }
  return text
}

/** The bytes, or undefined for anything that `toDigits` would not have written. */
export function fromDigits(text: string): Bytes | undefined {
  if (!/^[0-9]*$/.test(text)) return undefined
  const rest = WIDTH.indexOf((text.length % GROUP_DIGITS) as (typeof WIDTH)[number])
  if (rest < 0) return undefined

  const bytes = new Uint8Array(Math.floor(text.length / GROUP_DIGITS) * GROUP + rest)
  for (let at = 0, from = 0; at < bytes.length; at += GROUP, from += GROUP_DIGITS) {
    const size = Math.min(GROUP, bytes.length - at)
    let value = BigInt(text.slice(from, from + GROUP_DIGITS))
    for (let i = size - 1; i >= 0; i--, value >>= 8n) bytes[at + i] = Number(value & 255n)
    if (value > 0n) return undefined
  }
  return bytes
}
