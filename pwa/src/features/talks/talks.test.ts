import { expect, test } from 'vitest'
import { lacksOf, requestOf, withText, type TalkDraft } from './talks'

const draft: TalkDraft = {
  unitId: 'u',
  heldOn: '2026-11-20',
  mode: 'one_to_one',
  withIds: ['a'],
  talkerIs: 'post',
  talkerId: '',
  talkerPost: ' 支部书记 ',
  topics: ['family', 'thoughts'],
  what: ' ',
  dueOn: '2026-12-01',
}
const lacking = (change: Partial<TalkDraft>) =>
  Object.entries(lacksOf({ ...draft, ...change }))
    .filter(([, text]) => text)
    .map(([pointer]) => pointer)

test('what is sent has who, whom, when and about what kind of thing, and nothing else', () => {
  expect(requestOf(draft)).toEqual({
    unit_id: 'u',
    held_on: '2026-11-20',
    mode: 'one_to_one',
    with: ['a'],
    topics: ['thoughts', 'family'],
    talker_post: '支部书记',
  })
  const led = requestOf({ ...draft, talkerIs: 'member', talkerId: 'b', what: '看望' })
  expect(led).toMatchObject({ talker_id: 'b', follow_up: { what: '看望', due_on: '2026-12-01' } })
  expect(led).not.toHaveProperty('talker_post')
})

test('a form says all that it lacks', () => {
  expect(lacking({})).toEqual([])
  expect(lacking({ mode: 'group' })).toEqual(['/with'])
  expect(lacking({ mode: 'group', withIds: ['a', 'b'] })).toEqual([])
  expect(lacking({ talkerIs: 'member', talkerId: 'a' })).toEqual(['/with'])
  expect(lacking({ talkerPost: '', topics: [], what: '看望', dueOn: '' })).toEqual([
    '/talker_post',
    '/topics',
    '/follow_up/due_on',
  ])
})

test('a large group is named by its first three', () => {
  const names = ['甲', '乙', '丙', '丁'].map((name) => ({ id: name, name }))
  expect(withText({ with: names.slice(0, 3), persons: 3 })).toBe('甲、乙、丙')
  expect(withText({ with: names, persons: 4 })).toBe('甲、乙、丙 等 4 人')
})
