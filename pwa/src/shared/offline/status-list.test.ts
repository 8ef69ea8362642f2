import { afterEach, expect, test, vi } from 'vitest'
import { statusList, statusListToken } from '@/shared/testing/issuer'
import published from '../../../../tests/vectors/status_list.json'
import { ascii, toBase64Url } from '../codes/bytes'
import { makeDeviceKey } from '../codes/p256'
import { readStatusList, statusOf } from './status-list'

afterEach(() => vi.unstubAllGlobals())

const NOW = Date.parse('2026-11-23T06:00:00Z')
const keys = await makeDeviceKey()
const keyOf = (kid: number) => (kid === 9 ? keys.publicKey : undefined)

test('a card whose bit is set is not valid', async () => {
  const list = await readStatusList(await statusList(keys.privateKey, NOW, [0, 8, 1_048_575]), keyOf)
  for (const [index, invalid] of [
    [0, true],
    [1, false],
    [7, false],
    [8, true],
    [1_048_575, true],
  ] as const)
    expect(statusOf([list], index)).toEqual({ invalid, issuedAt: NOW })
})

test('the second list covers the next million cards; where there is no list nothing is known', async () => {
  const list = await readStatusList(await statusList(keys.privateKey, NOW, [5]), keyOf)
  expect(statusOf([undefined, list], 2 ** 20 + 5)?.invalid).toBe(true)
  expect(statusOf([undefined, list], 5)).toBeUndefined()
  expect(statusOf([list], 2 ** 20 + 5)).toBeUndefined()
})

test.each(published.lists.filter(({ bits }) => bits === 1))('a list of the draft: $name', async (shown) => {
  const list = await readStatusList(await statusListToken(keys.privateKey, NOW, shown.lst), keyOf)
  const invalid: number[] = []
  for (let index = 0; index < shown.length; index++) if (statusOf([list], index)?.invalid) invalid.push(index)
  expect(invalid).toEqual(shown.set.map(([index]) => index))
  expect(statusOf([list], shown.length)).toBeUndefined()
})

test('a list that was altered, or signed by another, is none', async () => {
  const token = await statusList(keys.privateKey, NOW, [5])
  const [head, , signature] = token.split('.')
  const [, younger] = (await statusList(keys.privateKey, NOW + 9_000_000, [])).split('.')
  expect(await readStatusList(`${head}.${younger}.${signature}`, keyOf)).toBeUndefined()
  expect(await readStatusList(token, () => undefined)).toBeUndefined()
  expect(await readStatusList('not a list', keyOf)).toBeUndefined()
  const plain = toBase64Url(ascii(JSON.stringify({ alg: 'none', typ: 'statuslist+jwt', kid: '9' })))
  expect(await readStatusList(`${plain}.${younger}.`, keyOf)).toBeUndefined()
})

test('a browser that cannot unpack it has no list', async () => {
  const token = await statusList(keys.privateKey, NOW, [])
  vi.stubGlobal('DecompressionStream', undefined)
  expect(await readStatusList(token, keyOf)).toBeUndefined()
})
