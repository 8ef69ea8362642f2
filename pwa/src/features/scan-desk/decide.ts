/**
 * The decision about one check-in: a pure function of what is known, the same online, late and offline. It mirrors
 * server/src/check_ins/decide.rs, and both run tests/cases/check_in.json. Signatures and codes are verified before it;
 * here only the rule is left. The first reason that applies is the one that is told.
 */
import type { CardStatus, CheckInVerdict, Method, Outcome, RejectReason } from '@/api/types'

/** Instants are in milliseconds. */
export interface Facts {
  /** null where there is no such event. */
  event: { opens_at: number; closes_at: number; cancelled: boolean } | null
  method: Method
  by: 'oneself' | 'another_member' | 'officer_in_reach' | 'officer_out_of_reach'
  /** The time that the phone tells. */
  occurred_at: number
  /** The server's time; offline the phone's own, corrected by the offset it measured last. */
  recorded_at: number
  /** Of `event_code`: null where it cannot be read. */
  code: EventCodeFacts | null
  proof: 'none' | 'valid' | 'invalid' | 'foreign'
  /** The time that the phone has signed; null without a valid proof. */
  signed_at: number | null
  /** Of `card`: null where the code cannot be read; its state is null where no card of ours is meant. */
  card: { presentation: Presentation; state: CardStatus | null } | null
  registration_active: boolean
  in_audience: boolean
  /** What stands for this member and event; null where nothing is recorded. */
  standing: { outcome: Outcome; corrected: boolean } | null
}

interface EventCodeFacts {
  kind: 'rotating' | 'printed'
  window: number
  /** It is of this event, and its MAC holds. */
  authentic: boolean
}

type Presentation = 'live' | 'live_late' | 'static' | 'stale' | 'invalid'

export interface Decision {
  /** Never `replayed`, which is known by the item's id. */
  verdict: Exclude<CheckInVerdict, 'replayed'>
  reason: RejectReason | null
  /** It came after the fact. */
  late: boolean
  /** It proves less: a printed code, a card without its phone. */
  weak: boolean
}

const MINUTE_MS = 60_000
const CLOCK_TOLERANCE_MS = 5 * MINUTE_MS
const KEPT_AT_MOST_MS = 30 * 24 * 60 * MINUTE_MS
const LATE_MS = MINUTE_MS
const SIGNED_TOLERANCE_MS = MINUTE_MS
/** A printed code serves its day and the next, since its day begins in the Chinese morning. */
const WINDOWS = {
  rotating: { lengthMs: 10_000, after: 2, before: 1 },
  printed: { lengthMs: 24 * 60 * MINUTE_MS, after: 1, before: 0 },
}

export function decide(facts: Facts): Decision {
  const late = isLate(facts)
  const reason = refusal(facts)
  return { verdict: reason ? 'rejected' : settle(facts.standing, late), reason, late, weak: isWeak(facts) }
}

/** What an item that holds does to what stands. */
function settle(standing: Facts['standing'], late: boolean): Decision['verdict'] {
  if (!standing || standing.outcome === 'expected') return 'accepted'
  if (standing.outcome === 'present') return 'duplicate'
  // Who turns up in person is present, whatever was planned; but a person's correction and a later make-up stand, and a
  // scan that arrives afterwards does not overrule what a person has recorded meanwhile.
  const planned = standing.outcome === 'on_leave' || standing.outcome === 'absent'
  return planned && !standing.corrected && !late ? 'accepted' : 'conflict'
}

function refusal(facts: Facts): RejectReason | null {
  const { event, method, by, occurred_at } = facts
  if (!event) return 'unknown_event'
  const permitted =
    method === 'event_code' ? by === 'oneself' && facts.proof !== 'foreign' : by === 'officer_in_reach'
  if (!permitted) return 'not_permitted'
  if (event.cancelled) return 'event_not_open'
  const ahead = occurred_at - facts.recorded_at
  if (ahead > CLOCK_TOLERANCE_MS || ahead < -KEPT_AT_MOST_MS) return 'clock_implausible'
  if (occurred_at < event.opens_at) return 'too_early'
  if (occurred_at > event.closes_at) return 'too_late'
  const evidence =
    method === 'event_code' ? refusedCode(facts) : method === 'card' ? refusedCard(facts.card) : null
  if (evidence) return evidence
  if (!facts.registration_active) return 'registration_not_active'
  return facts.in_audience ? null : 'not_in_audience'
}

function refusedCode({ code, proof, occurred_at, recorded_at, signed_at }: Facts): RejectReason | null {
  if (!code?.authentic || proof === 'invalid') return 'code_invalid'
  if (fits(code, recorded_at)) {
    // The code itself proves the time, so a phone that tells quite another one is wrong.
    if (Math.abs(occurred_at - recorded_at) <= CLOCK_TOLERANCE_MS) return null
    if (code.kind === 'rotating') return 'clock_implausible'
  }
  // It comes after the fact: only the time that the phone has signed counts.
  if (signed_at === null) return 'code_expired'
  if (Math.abs(signed_at - occurred_at) > SIGNED_TOLERANCE_MS) return 'clock_implausible'
  return fits(code, signed_at) ? null : 'code_expired'
}

/** Whether a code may be scanned at that time: two windows after its own, and one before for a screen that runs ahead. */
function fits(code: EventCodeFacts, at: number): boolean {
  const { lengthMs, after, before } = WINDOWS[code.kind]
  const now = Math.floor(at / lengthMs)
  return code.window >= now - after && code.window <= now + before
}

function refusedCard(card: Facts['card']): RejectReason | null {
  if (!card || card.presentation === 'invalid') return 'presentation_invalid'
  if (!card.state) return 'unknown_card'
  if (card.state !== 'active') return `card_${card.state}`
  return card.presentation === 'stale' ? 'presentation_stale' : null
}

function isLate({ method, code, occurred_at, recorded_at }: Facts): boolean {
  // What fits the screen's code now is no late scan, even if the phone's clock is slow.
  if (method === 'event_code' && code?.kind === 'rotating') return !fits(code, recorded_at)
  return recorded_at - occurred_at > LATE_MS
}

function isWeak({ method, code, card }: Facts): boolean {
  return method === 'event_code'
    ? code?.kind === 'printed'
    : method === 'card' && card?.presentation === 'static'
}
