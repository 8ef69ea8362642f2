import { expect, test } from 'vitest'
import { sealRecord } from '@/shared/testing/issuer'
import table from '../../../../tests/cases/roster.json'
import { fromHex, toBase64Url } from '../codes/bytes'
import { openRecord } from './roster'

const EVENT = '00112233445566ff'
const salt = fromHex('000102030405060708090a0b0c0d0e0f')
const person = { member_id: 'm-1', name: '王伟' }

test('only the card opens its record, and only at its event', async () => {
  const roster = [
    await sealRecord('a1a2a3a4a5a6a7a8', salt, EVENT, { member_id: 'm-2', name: '李芳' }),
    await sealRecord('b1b2b3b4b5b6b7b8', salt, EVENT, person),
  ]
  const open = (cardId: string, eventCodeId = EVENT) => openRecord(roster, { cardId, salt, eventCodeId })
  expect(await open('b1b2b3b4b5b6b7b8')).toEqual(person)
  expect(await open('c1c2c3c4c5c6c7c8')).toBeUndefined()
  expect(await open('b1b2b3b4b5b6b7b8', 'ff112233445566ff')).toBeUndefined()
})

test('nothing of a record can be read in the roster itself', async () => {
  const record = await sealRecord('b1b2b3b4b5b6b7b8', salt, EVENT, person)
  expect(JSON.stringify(record)).not.toContain('王')
  const [{ tag }, again] = [
    record,
    await sealRecord('b1b2b3b4b5b6b7b8', fromHex('ff'.repeat(16)), EVENT, person),
  ]
  expect(again.tag).not.toBe(tag)
})

const written = table.cases.filter(({ record }) => record !== '')
test.each(written)('a record made by another implementation opens: $record', async (made) => {
  const base64 = (hex: string) => toBase64Url(fromHex(hex))
  const roster = [{ tag: base64(made.tag), sealed: base64(made.sealed) }]
  const opened = await openRecord(roster, {
    cardId: made.card,
    salt: fromHex(made.salt),
    eventCodeId: made.event,
  })
  expect(opened).toEqual(JSON.parse(made.record))
})
