import { expect, test } from 'vitest'
import type { OpenPack } from '@/api/offline-pack'
import type { Event } from '@/api/types'
import { fromHex } from '@/shared/codes/bytes'
import { audienceOf } from '@/shared/codes/codes'
import { makeDeviceKey } from '@/shared/codes/p256'
import { readStatusList } from '@/shared/offline/status-list'
import { KID, liveCard, printedCard, sealRecord, statusList } from '@/shared/testing/issuer'
import { examine } from './examine'
import { judgeCard, judgeName, type Found } from './judge'

const AT = Date.parse('2026-11-23T06:00:00Z')
const HOUR = 3600_000
const DAY = 24 * HOUR
const CODE_ID = '00112233445566ff'
const issuer = await makeDeviceKey()
const signer = await makeDeviceKey()
const salt = fromHex('000102030405060708090a0b0c0d0e0f')

const event = {
  id: 'e1',
  code_id: CODE_ID,
  state: 'open',
  check_in: { opens_at: '2026-11-23T05:30:00.000Z', closes_at: '2026-11-23T08:00:00.000Z' },
} as Event
const card = { id: 'a1a2a3a4a5a6a7a8', expiryDay: 20_800, statusIndex: 42 }
const record = {
  member_id: 'm-1',
  name: '王伟',
  host: '金山第一党支部',
  status: 'active',
  registration_active: true,
  in_audience: true,
}

interface Given {
  record?: object | null
  listAge?: number
  ended?: boolean
  lists?: OpenPack['lists']
}

async function pack({ record: given = record, listAge = HOUR, ended = false, lists }: Given = {}) {
  const list = await readStatusList(
    await statusList(signer.privateKey, AT - listAge, ended ? [card.statusIndex] : []),
    () => signer.publicKey,
  )
  return {
    event,
    keys: [{ kid: KID, use: 'cards', key: issuer.publicKey }],
    lists: lists ?? [list],
    salt,
    roster: given ? [await sealRecord(card.id, salt, CODE_ID, given)] : [],
  } as unknown as OpenPack
}

async function judged(
  digits: string,
  given: Given = {},
  at = AT,
  standing?: 'present' | 'on_leave',
): Promise<Found> {
  return judgeCard(await examine(digits, await pack(given), at), { event, at, standing })
}
const printed = () => printedCard(issuer.privateKey, card)
const live = (at = AT, audience?: Uint8Array) => liveCard(issuer.privateKey, card, at, audience)

test('a good card is valid, and its holder is named', async () => {
  expect(await judged(await live())).toMatchObject({
    verdict: 'valid',
    doubts: [],
    person: { id: 'm-1', name: '王伟', host: '金山第一党支部' },
    cardId: card.id,
  })
  expect(await judged(await printed())).toMatchObject({ verdict: 'valid' })
})

test.each<[string, () => Promise<string>, string]>([
  ['forged', () => printedCard(signer.privateKey, card), 'presentation_invalid'],
  ['no card at all', async () => '12345', 'presentation_invalid'],
  ['a picture from three minutes ago', () => live(AT - 190_000), 'presentation_stale'],
  ['made for another event', () => live(AT, fromHex('01020304')), 'presentation_invalid'],
  ['expired', () => printedCard(issuer.privateKey, { ...card, expiryDay: 20_000 }), 'presentation_stale'],
])('%s: refused, with its reason', async (_, digits, reason) => {
  expect(await judged(await digits())).toMatchObject({ verdict: 'rejected', reason })
})

test('a code made for this event is taken', async () => {
  expect(await judged(await live(AT, await audienceOf(fromHex(CODE_ID))))).toMatchObject({ verdict: 'valid' })
})

test('a live code two minutes off is valid, with a word about the clock', async () => {
  expect(await judged(await live(AT - 120_000))).toMatchObject({ verdict: 'valid', doubts: ['clock'] })
})

test('a card signed with a key that is not in the pack: cannot tell', async () => {
  const digits = await printedCard(issuer.privateKey, card, KID + 1)
  expect(await judged(digits)).toEqual({ verdict: 'unsure', doubts: ['unknown_key'] })
})

test('a card that the status list ended is not valid, whoever holds it', async () => {
  expect(await judged(await live(), { ended: true })).toMatchObject({
    verdict: 'rejected',
    reason: 'card_not_valid',
    person: { name: '王伟' },
  })
  expect(await judged(await live(), { ended: true, record: null })).toMatchObject({
    verdict: 'rejected',
    reason: 'card_not_valid',
  })
  const lost = { ...record, status: 'lost' }
  expect(await judged(await live(), { ended: true, record: lost })).toMatchObject({ reason: 'card_lost' })
})

test.each<[number, Found['verdict'], Found['doubts']]>([
  [HOUR, 'valid', []],
  [DAY, 'valid', []],
  [25 * HOUR, 'valid', ['list_old']],
  [7 * DAY, 'valid', ['list_old']],
  [7 * DAY + HOUR, 'unsure', ['list_too_old']],
  [90 * DAY, 'unsure', ['list_too_old']],
])('a status list of %i ms: %s', async (listAge, verdict, doubts) => {
  expect(await judged(await live(), { listAge })).toMatchObject({
    verdict,
    doubts,
    listIssuedAt: AT - listAge,
  })
})

test('without a status list that holds, nothing is valid', async () => {
  expect(await judged(await live(), { lists: [undefined] })).toMatchObject({
    verdict: 'unsure',
    doubts: ['no_list'],
    person: { name: '王伟' },
  })
})

test('a genuine card that is not on the roster: the holder is not known', async () => {
  expect(await judged(await live(), { record: null })).toMatchObject({
    verdict: 'unsure',
    doubts: ['unknown_holder'],
    person: undefined,
  })
})

test('a stay that is over, or an event for others: refused', async () => {
  const over = { ...record, registration_active: false }
  expect(await judged(await live(), { record: over })).toMatchObject({ reason: 'registration_not_active' })
  const elsewhere = { ...record, in_audience: false }
  expect(await judged(await live(), { record: elsewhere })).toMatchObject({ reason: 'not_in_audience' })
})

test('too early, too late', async () => {
  const early = AT - HOUR
  expect(await judged(await live(early), {}, early)).toMatchObject({
    verdict: 'rejected',
    reason: 'too_early',
  })
  const late = AT + 3 * HOUR
  expect(await judged(await live(late), {}, late)).toMatchObject({ verdict: 'rejected', reason: 'too_late' })
})

test('who is in already is a duplicate; who was on leave and comes is in', async () => {
  expect(await judged(await live(), {}, AT, 'present')).toMatchObject({ verdict: 'duplicate' })
  expect(await judged(await live(), {}, AT, 'on_leave')).toMatchObject({
    verdict: 'valid',
    doubts: ['planned'],
  })
})

test('by name: the time and what stands decide', () => {
  const person = { id: 'm-1', name: '王伟' }
  const by = (at: number, standing?: 'present') => judgeName(person, { event, at, standing })
  expect(by(AT)).toMatchObject({ verdict: 'valid', person })
  expect(by(AT, 'present').verdict).toBe('duplicate')
  expect(by(AT + 3 * HOUR)).toMatchObject({ verdict: 'rejected', reason: 'too_late' })
  const cancelled = { ...event, state: 'cancelled' } as Event
  expect(judgeName(person, { event: cancelled, at: AT, standing: undefined }).reason).toBe('event_not_open')
})
