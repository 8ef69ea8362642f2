/**
 * Scans of this phone on their way to the server. A scan is kept before it is sent, under one id for all attempts, and
 * signed at once with the time of the scan: nothing is lost without network, and nothing counts twice.
 */
import { computed, shallowRef } from 'vue'
import { device } from '@/api/device'
import { member, ok } from '@/api/client'
import type { CheckInAnswer, CheckInItem } from '@/api/types'
import { parseCode } from '@/shared/codes/codes'
import { checkInProof } from '@/shared/codes/device-jwt'
import { sendInBatches } from '@/shared/courier'
import { table } from '@/shared/db'
import { newId } from '@/shared/ids'
import { mayRetry, Problem } from '@/shared/problem'

export interface Scan {
  id: string
  /** The digits of the event's code. */
  code: string
  scannedAt: number
  proof: string
  /** What the server said; until then the scan waits. */
  answer?: CheckInAnswer
  /** Why the server did not take the request at all. */
  failure?: { status: number; code: string }
  /** The person has seen what became of it. */
  seen?: boolean
  /** This browser stores nothing: the scan lives only as long as the page. */
  unsaved?: boolean
}

const rows = table<Scan>('scans')
/** Every scan of the last day, by its code. */
const scans = new Map<string, Scan>()
const waiting = shallowRef<Scan[]>([])
/** How many are still to be sent. */
export const waitingCount = computed(() => waiting.value.length)
/** Some of them would be lost with this page. */
export const waitingUnsaved = computed(() => waiting.value.some(({ unsaved }) => unsaved))

const unseen = shallowRef<Scan[]>([])
/** What became of scans whose page was gone by then; kept until it has been seen. */
export const tidings = computed(() => unseen.value)

/** A phone that the server does not know just now, perhaps as its clock is wrong, has lost nothing yet. */
const NOT_RECOGNISED = 401
export const waits = ({ answer, failure }: Scan): boolean =>
  !answer && (!failure || failure.status === NOT_RECOGNISED)

/** A scan that was answered and seen stays a day, so that a reloaded page shows its answer instead of asking anew. */
const KEEP_MS = 24 * 3600_000

export class NotAnEventCode extends Error {}
export class NotBound extends Error {}

/** Keeps and signs a scan. The same code scanned again on this phone is the same scan. */
export async function takeScan(code: string, now = Date.now()): Promise<Scan> {
  const parsed = parseCode(code)
  if (parsed?.type !== 0x21 && parsed?.type !== 0x22) throw new NotAnEventCode()
  if (!device.value) throw new NotBound()

  await loadScans()
  const before = scans.get(code)
  if (before && mayRepeat(before, now)) return before
  const id = newId(now)
  // A code names its event by the short id; a phone without network knows no more, and the server takes it.
  const proof = await checkInProof(device.value, { id, event: parsed.event, code, scannedAtMs: now })
  const scan: Scan = { id, code, scannedAt: now, proof }
  scans.set(code, scan)
  unseen.value = unseen.value.filter((one) => one !== before)
  waiting.value = [...waiting.value, scan]
  if (!(await save(scan))) {
    scan.unsaved = true
    waiting.value = [...waiting.value]
  }
  return scan
}

/** The person has read what became of it. */
export async function sawAnswer(scan: Scan): Promise<void> {
  if (scan.seen || waits(scan)) return
  scan.seen = true
  unseen.value = unseen.value.filter((one) => one !== scan)
  await save(scan)
}

/** A refusal may be over by now, as when check-in had not begun: then the code deserves a new attempt. */
const mayRepeat = (scan: Scan, now: number) =>
  waits(scan) || (!scan.failure && scan.answer?.verdict !== 'rejected' && now - scan.scannedAt < KEEP_MS)

/** Sends all that waits. Answers whether the server was reached. */
export async function sendScans(): Promise<boolean> {
  try {
    while (waiting.value.length > 0) await sendInBatches(waiting.value, sendBatch, refuse)
    return true
  } catch (error) {
    // Only a clear word of the server settles a scan; whatever else goes wrong, it waits.
    if (!(error instanceof Problem) || mayRetry(error)) return false
    for (const scan of waiting.value) await refuse(scan, error)
    return waiting.value.length === 0
  }
}

async function sendBatch(batch: Scan[]): Promise<void> {
  const { items } = await ok(member.POST('/api/v1/check-ins', { body: { items: batch.map(toItem) } }))
  const answers = new Map(items.map((item) => [item.id, item]))
  await settle(
    batch.filter(({ id }) => answers.has(id)),
    ({ id }) => ({ answer: answers.get(id) }),
  )
  if (batch.some(waits)) throw new Error('the server has left a scan unanswered')
}

async function refuse(scan: Scan, { status, code }: Problem): Promise<void> {
  await settle([scan], () => ({ failure: { status, code } }))
}

function toItem({ id, code, scannedAt, proof }: Scan): CheckInItem {
  return { id, occurred_at: new Date(scannedAt).toISOString(), method: 'event_code', code, proof }
}

async function settle(
  batch: Scan[],
  outcome: (scan: Scan) => Pick<Scan, 'answer' | 'failure'>,
): Promise<void> {
  for (const scan of batch) {
    delete scan.failure
    Object.assign(scan, outcome(scan))
    await save(scan)
  }
  waiting.value = waiting.value.filter(waits)
  unseen.value = [...unseen.value, ...batch.filter((scan) => !waits(scan))]
}

/** Where storage is refused the scan lives in memory, and is sent from there. Answers whether it was stored. */
async function save(scan: Scan): Promise<boolean> {
  return rows.put(scan.code, { ...scan }).then(
    () => true,
    () => false,
  )
}

let loading: Promise<void> | undefined
/** Reads what an earlier visit left behind, once; what was answered a day ago, and seen, goes. */
export function loadScans(): Promise<void> {
  loading ??= load(Date.now())
  return loading
}

async function load(now: number): Promise<void> {
  for (const scan of await rows.all().catch(() => [])) {
    if (scan.seen && now - scan.scannedAt > KEEP_MS) {
      await rows.delete(scan.code)
      continue
    }
    scans.set(scan.code, scan)
    if (waits(scan)) waiting.value = [...waiting.value, scan]
    else if (!scan.seen) unseen.value = [...unseen.value, scan]
  }
}
