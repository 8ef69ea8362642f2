import { beforeEach, expect, test, vi } from 'vitest'
import { forgetBulletins, KEPT, keepBulletin, keptBulletin, keptBulletins } from '@/api/kept-bulletins'
import type { Bulletin } from '@/api/types'
import { bringIn } from './my-bulletins'

const read = vi.hoisted(() => vi.fn())
vi.mock('@/api/client', () => ({ member: { GET: read }, ok: (answer: unknown) => answer }))

const day = (n: number) => `2026-11-${String(n).padStart(2, '0')}T01:00:00.000Z`
const bulletin = (id: string, published_at: string, version = 2) =>
  ({ id, version, published_at, title: id, html: `<p>${id}</p>` }) as Bulletin
const ids = async () => (await keptBulletins()).map(({ id }) => id)

beforeEach(async () => {
  await forgetBulletins()
  read.mockReset()
  read.mockImplementation((_path, { params }) => Promise.resolve(bulletin(params.path.id, day(9))))
})

test('what is listed is brought onto the phone, each once', async () => {
  const listed = [bulletin('b', day(2)), bulletin('a', day(1))]
  await bringIn(listed, false)
  expect(read).toHaveBeenCalledTimes(2)
  await bringIn(listed, false)
  expect(read).toHaveBeenCalledTimes(2)
  expect((await keptBulletin('a'))?.html).toBe('<p>a</p>')
})

test('what was taken back goes from the phone, what is older than the list stays', async () => {
  await keepBulletin(bulletin('old', day(1)), 1)
  await keepBulletin(bulletin('gone', day(5)), 2)
  await bringIn([bulletin('new', day(6)), bulletin('next', day(4))], true)
  expect((await ids()).sort()).toEqual(['new', 'next', 'old'])
})

test('no more than thirty are kept: what was not seen for longest goes', async () => {
  for (let n = 1; n <= KEPT; n++) await keepBulletin(bulletin(`b${n}`, day(n % 28)), n)
  await keepBulletin(bulletin('opened', day(1)), 100)
  const kept = await ids()
  expect(kept).toHaveLength(KEPT)
  expect(kept).toContain('opened')
  expect(kept).not.toContain('b1')
})
