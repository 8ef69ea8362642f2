/**
 * How long a text is, as Chinese offices count (字数): the same rule as the server's, held by the same cases
 * (tests/cases/document_lengths.json).
 */

/** What joins or parts the characters around it, and is not seen itself. */
const UNSEEN = /\u{ad}|[\u{200b}-\u{200f}]|\u{2060}|[\u{fe00}-\u{fe0f}]|\u{feff}|[\u{e0100}-\u{e01ef}]/gu
/** Ideographs, kana, hangul and bopomofo, and the marks and forms of full width. */
const CJK =
  '\\u{1100}-\\u{11ff}\\u{2e80}-\\u{2fff}\\u{3001}-\\u{9fff}\\u{a960}-\\u{a97f}\\u{ac00}-\\u{d7ff}\\u{f900}-\\u{faff}' +
  '\\u{fe10}-\\u{fe1f}\\u{fe30}-\\u{fe6f}\\u{ff01}-\\u{ffef}\\u{20000}-\\u{3ffff}'
/** Quotation marks, dash, ellipsis and dot, which Chinese and Latin text share. */
const SHARED = '‘’“”—…·'
const LETTER = `(?![${CJK}])[\\p{Alphabetic}\\p{N}]`
/** One counted thing: a character, a mark, or a run of all else, in which a single shared mark may stand within a word. */
const ONE = new RegExp(
  `(?:${LETTER}[${SHARED}](?=${LETTER})|[^${CJK}${SHARED}\\p{White_Space}\\p{Cc}])+|[${CJK}${SHARED}]`,
  'gu',
)

export function lengthOf(text: string): number {
  return text.replace(UNSEEN, '').match(ONE)?.length ?? 0
}
