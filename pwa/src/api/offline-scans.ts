/**
 * The scans of this staff phone, of every event, on their way to the server. Each is kept before it is sent, under one
 * id for all attempts, and stays until it is answered: a bad network loses nobody and counts nobody twice.
 */
import { computed, ref, shallowReactive } from 'vue'
import { courier, sendInBatches } from '@/shared/courier'
import { table } from '@/shared/db'
import { newId } from '@/shared/ids'
import { Problem } from '@/shared/problem'
import { officer, ok } from './client'
import { serverNow } from './server-clock'
import type { CheckInAnswer, CheckInItem } from './types'

/** `Found` is what the phone itself found out at the time of the scan; for this file it is only something to keep. */
export interface StaffScan<Found = unknown> {
  item: CheckInItem & { event_id: string }
  found?: Found
  /** What the server said; until then the scan waits. */
  answer?: CheckInAnswer
  /** Why the server cannot take this scan at all. */
  failure?: { status: number; code: string }
}

const rows = table<StaffScan>('staff-scans')
const scans = shallowReactive(new Map<string, StaffScan>())
/** An answered scan stays a day, so that its verdict is seen when somebody looks. */
const KEEP_MS = 24 * 3600_000

const settled = ({ answer, failure }: StaffScan) => answer !== undefined || failure !== undefined
const waiting = computed(() => [...scans.values()].filter((scan) => !settled(scan)))
/** How many are still to be sent. */
export const waitingCount = computed(() => waiting.value.length)
/** Why they are not sent now, as the last attempt had it. */
export const held = ref<'offline' | 'signed_out' | 'not_allowed'>()

/** The scans of one event, the latest first. Reactive. */
export function scansOf(eventId: string): StaffScan[] {
  return [...scans.values()]
    .filter(({ item }) => item.event_id === eventId)
    .sort((a, b) => (a.item.id < b.item.id ? 1 : -1))
}

type What = Pick<CheckInItem, 'method' | 'presentation' | 'member_id' | 'note' | 'station'>

/** A scan of this moment, by the server's clock as far as this phone knows it: so the server judges as the phone did. */
export function newItem(eventId: string, what: What, now = Date.now()): StaffScan['item'] {
  return { id: newId(now), event_id: eventId, occurred_at: new Date(serverNow(now)).toISOString(), ...what }
}

/** Keeps a scan, and only then sends it. */
export async function keepScan(scan: StaffScan): Promise<void> {
  await put(scan)
  void deliver()
}

async function put(scan: StaffScan): Promise<void> {
  scans.set(scan.item.id, scan)
  // Where storage is refused the scan lives in memory, and is sent from there.
  await rows.put(scan.item.id, scan).catch(() => undefined)
}

/** Sends all that waits. Answers false where trying again is of use. */
export async function sendScans(): Promise<boolean> {
  try {
    while (waiting.value.length > 0) await sendInBatches(waiting.value, sendBatch, giveUp)
    held.value = undefined
    return true
  } catch (error) {
    const status = error instanceof Problem ? error.status : 0
    held.value = status === 401 ? 'signed_out' : status === 403 ? 'not_allowed' : 'offline'
    return held.value !== 'offline'
  }
}

async function sendBatch(batch: StaffScan[]): Promise<void> {
  const body = { items: batch.map(({ item }) => item) }
  const { items } = await ok(officer.POST('/api/v1/check-ins', { body }))
  const answers = new Map(items.map((answer) => [answer.id, answer]))
  for (const scan of batch) {
    const answer = answers.get(scan.item.id)
    if (!answer) throw new Problem(502, 'internal', 'an item was not answered')
    await put({ ...scan, answer })
  }
}

async function giveUp(scan: StaffScan, { status, code }: Problem): Promise<void> {
  await put({ ...scan, failure: { status, code } })
}

const { deliver, start } = courier(sendScans, () => waitingCount.value > 0)
export { deliver }

let loading: Promise<void> | undefined
/** Reads what an earlier visit left behind, once; what was answered a day ago goes. */
export function loadScans(): Promise<void> {
  loading ??= load(Date.now())
  return loading
}

async function load(now: number): Promise<void> {
  for (const scan of await rows.all().catch(() => [])) {
    const old = now - Date.parse(scan.item.occurred_at) > KEEP_MS
    if (settled(scan) && old) await rows.delete(scan.item.id).catch(() => undefined)
    else if (!scans.has(scan.item.id)) scans.set(scan.item.id, scan)
  }
}

/** From now on whatever waits is sent as soon as it can be. */
export async function startSending(): Promise<void> {
  await loadScans()
  start()
}

/** Somebody signs out: what still waits stays, without the names that the phone has put beside it. */
export async function forgetNames(): Promise<void> {
  await loadScans()
  for (const scan of [...scans.values()]) {
    if (!settled(scan)) await put({ item: scan.item })
    else {
      scans.delete(scan.item.id)
      await rows.delete(scan.item.id).catch(() => undefined)
    }
  }
}
