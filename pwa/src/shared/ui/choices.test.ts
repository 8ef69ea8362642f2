import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Choice, Found } from './choices'
import UiSearchBox from './UiSearchBox.vue'

const people = ['张三', '张强', '张秀英'].map((text, index) => ({ id: String(index), text }))
const asked: { text: string; signal: AbortSignal; answer: (found: Found<Choice>) => void }[] = []

function box() {
  const search = (text: string, signal: AbortSignal) =>
    new Promise<Found<Choice>>((answer) => asked.push({ text, signal, answer }))
  return mount(UiSearchBox, {
    props: { modelValue: '', search, enough: (text: string) => text.length > 0, go: '查找' },
    attachTo: document.body,
  })
}

/** As a person types: a letter, and no pause yet. */
async function type(page: ReturnType<typeof box>, text: string): Promise<void> {
  await page.find('input').setValue(text)
}
const pause = () => vi.advanceTimersByTimeAsync(250)
const shown = (page: ReturnType<typeof box>) => page.findAll('[role=option]').map((line) => line.text())

beforeEach(() => {
  vi.useFakeTimers()
  asked.length = 0
})
afterEach(() => vi.useRealTimers())

test('a pause asks, not every letter, and only the newest question counts', async () => {
  const page = box()
  await type(page, '张')
  await type(page, '张秀')
  expect(asked).toHaveLength(0)
  await pause()
  expect(asked.map(({ text }) => text)).toEqual(['张秀'])
  await type(page, '张')
  await pause()
  expect(asked[0]?.signal.aborted).toBe(true)
  asked[1]?.answer({ choices: people, more: true })
  asked[0]?.answer({ choices: [] })
  await flushPromises()
  expect(shown(page)).toEqual(['张三', '张强', '张秀英'])
  expect(page.text()).toContain('继续输入')
  page.unmount()
})

test('arrows and Enter take a suggestion, Enter alone searches for the text, Escape closes', async () => {
  const page = box()
  const input = page.find('input')
  await type(page, '张')
  await pause()
  asked[0]?.answer({ choices: people })
  await flushPromises()
  expect(input.attributes('aria-expanded')).toBe('true')
  await input.trigger('keydown.down')
  await input.trigger('keydown.down')
  expect(input.attributes('aria-activedescendant')).toBe(page.findAll('[role=option]')[1]?.attributes('id'))
  await input.trigger('keydown.enter')
  expect(page.emitted('choose')).toEqual([[people[1]]])
  expect(page.emitted('submit')).toBeUndefined()

  await type(page, '张三')
  await pause()
  asked[1]?.answer({ choices: people })
  await flushPromises()
  await input.trigger('keydown.esc')
  expect(input.attributes('aria-expanded')).toBe('false')
  await input.trigger('keydown.enter')
  expect(page.emitted('submit')).toEqual([['张三']])
  page.unmount()
})

test('what is too short asks nobody, and an answer after it stays unseen', async () => {
  const page = box()
  await type(page, '张')
  await pause()
  await type(page, ' ')
  await pause()
  expect(asked).toHaveLength(1)
  asked[0]?.answer({ choices: people })
  await flushPromises()
  expect(page.find('input').attributes('aria-expanded')).toBe('false')
  page.unmount()
})
