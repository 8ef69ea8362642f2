/**
 * What this phone finds out about a scan by itself. It never says more than it can know: what is not certain is
 * `unsure`, and the server decides later. Pure.
 */
import type { Event, Outcome, RejectReason } from '@/api/types'
import { decide, type Facts } from './decide'
import type { Evidence } from './examine'

/** Why a phone alone cannot tell, or should be looked after. */
export type Doubt =
  'no_pack' | 'unknown_key' | 'no_list' | 'list_too_old' | 'unknown_holder' | 'list_old' | 'clock' | 'planned'

export interface Found {
  verdict: 'valid' | 'duplicate' | 'conflict' | 'rejected' | 'unsure'
  /** `card_not_valid`: the status list says no more than that. */
  reason?: RejectReason | 'card_not_valid'
  doubts: Doubt[]
  person?: { id: string; name: string; host?: string }
  cardId?: string
  /** The status list that spoke. */
  listIssuedAt?: number
}

const DAY_MS = 24 * 3600_000
/** A status list is as good as new for this long. */
const FRESH_MS = DAY_MS
/** And after this long nothing may be called valid by it. */
const USABLE_MS = 7 * DAY_MS

export const WITHOUT_PACK: Found = { verdict: 'unsure', doubts: ['no_pack'] }

interface Occasion {
  event: Event
  /** By the server's clock. */
  at: number
  /** What stands for this person, as far as this phone knows. */
  standing: Outcome | undefined
}

export function judgeCard(evidence: Evidence, occasion: Occasion): Found {
  const { presentation, cardId, status, record } = evidence
  if (presentation === 'unknown_key') return { verdict: 'unsure', doubts: ['unknown_key'] }

  const person = record && { id: record.member_id, name: record.name, host: record.host }
  const about = { person, cardId, listIssuedAt: status?.issuedAt }
  const ended = status?.invalid && (record?.status ?? 'active') === 'active'
  const { verdict, reason } = decide({
    ...factsOf(occasion, 'card'),
    card: { presentation, state: ended ? 'revoked' : (record?.status ?? 'active') },
    registration_active: record?.registration_active ?? true,
    in_audience: record?.in_audience ?? true,
  })
  if (verdict === 'rejected') {
    const known = ended && reason === 'card_revoked' ? 'card_not_valid' : (reason ?? undefined)
    return { ...about, verdict, reason: known, doubts: [] }
  }

  const age = status ? occasion.at - status.issuedAt : undefined
  const doubts: Doubt[] = []
  if (age === undefined) doubts.push('no_list')
  else if (age > USABLE_MS) doubts.push('list_too_old')
  if (!record) doubts.push('unknown_holder')
  const unsure = doubts.length > 0
  if (age !== undefined && age > FRESH_MS && age <= USABLE_MS) doubts.push('list_old')
  if (presentation === 'live_late') doubts.push('clock')
  doubts.push(...planned(occasion))
  if (verdict !== 'accepted') return { ...about, verdict, doubts }
  return { ...about, verdict: unsure ? 'unsure' : 'valid', doubts }
}

/** Somebody picked by name: all that can be against it is the time, and what stands. */
export function judgeName(person: { id: string; name: string; host?: string }, occasion: Occasion): Found {
  const { verdict, reason } = decide(factsOf(occasion, 'manual'))
  return {
    verdict: verdict === 'accepted' ? 'valid' : verdict,
    reason: reason ?? undefined,
    doubts: verdict === 'accepted' ? planned(occasion) : [],
    person,
  }
}

/** Who comes in spite of a leave is in; but a scan that arrives late disagrees with it, and a person settles that. */
const planned = ({ standing }: Occasion): Doubt[] =>
  standing === 'on_leave' || standing === 'absent' ? ['planned'] : []

function factsOf({ event, at, standing }: Occasion, method: Facts['method']): Facts {
  return {
    event: {
      opens_at: Date.parse(event.check_in.opens_at),
      closes_at: Date.parse(event.check_in.closes_at),
      cancelled: event.state === 'cancelled',
    },
    method,
    // The server gives the pack to nobody else.
    by: 'officer_in_reach',
    occurred_at: at,
    recorded_at: at,
    code: null,
    proof: 'none',
    signed_at: null,
    card: null,
    registration_active: true,
    in_audience: true,
    standing: standing ? { outcome: standing, corrected: false } : null,
  }
}
