import { expect, test } from 'vitest'
import { link, prefix, wrap, type Passage } from './markdown'

/** `a|b|c`: the selection between the bars. */
function passage(marked: string): Passage {
  const [before = '', chosen = '', after = ''] = marked.split('|')
  return { text: before + chosen + after, start: before.length, end: before.length + chosen.length }
}
const shown = ({ text, start, end }: Passage) =>
  `${text.slice(0, start)}|${text.slice(start, end)}|${text.slice(end)}`

test('bold goes around the selection and away again', () => {
  const bold = wrap(passage('学习|党章|。'), '**', '粗体')
  expect(shown(bold)).toBe('学习**|党章|**。')
  expect(shown(wrap(bold, '**', '粗体'))).toBe('学习|党章|。')
  expect(shown(wrap(passage('||'), '**', '粗体'))).toBe('**|粗体|**')
})

test('a list begins after a blank line and takes every line of the selection', () => {
  expect(shown(prefix(passage('一|\n|二'), '- ', '要点'))).toBe('|- 一\n- 二|')
  expect(shown(prefix(passage('正文\n|一|'), '- ', '要点'))).toBe('正文\n\n|- 一|')
  expect(shown(prefix(passage('|- 一\n- 二|'), '- ', '要点'))).toBe('|一\n二|')
  expect(shown(prefix(passage('||'), '## ', '标题'))).toBe('|## 标题|')
})

test('a link asks for its address', () => {
  expect(shown(link(passage('见|材料|。'), '文字'))).toBe('见[材料](|https://|)。')
})
