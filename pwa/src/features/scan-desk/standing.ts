/** What stands for a person at this event as far as this phone knows: its own scans first, then what it was told. */
import type { StaffScan } from '@/api/offline-scans'
import type { Outcome } from '@/api/types'
import type { Found } from './judge'

export type Scan = StaffScan<Found>

/** Whom a scan is about: the member where known, else the card. */
export interface Who {
  memberId?: string
  cardId?: string
}

export function whoOf({ item, answer, found }: Scan): Who {
  return {
    memberId: answer?.check_in?.member.id ?? item.member_id ?? found?.person?.id,
    cardId: found?.cardId,
  }
}

/** Whether this scan has somebody in: by the server's word, else by what the phone found. */
export function counts({ answer, failure, found }: Scan): boolean {
  if (answer) return answer.check_in?.outcome === 'present'
  return !failure && found !== undefined && found.verdict !== 'rejected'
}

export function standingOf(who: Who, scans: Scan[], told: ReadonlyMap<string, Outcome>): Outcome | undefined {
  const same = (scan: Scan) => {
    const other = whoOf(scan)
    return who.memberId && other.memberId
      ? other.memberId === who.memberId
      : who.cardId !== undefined && other.cardId === who.cardId
  }
  if (scans.some((scan) => counts(scan) && same(scan))) return 'present'
  return who.memberId === undefined ? undefined : told.get(who.memberId)
}
