/** What a scanned card proves to a phone without network: signatures, the status list, and the record of the roster. */
import { keyFor, type OpenPack, type RosterRecord } from '@/api/offline-pack'
import { fromHex } from '@/shared/codes/bytes'
import { audienceOf } from '@/shared/codes/codes'
import { genuine, showing } from '@/shared/offline/card-check'
import { openRecord } from '@/shared/offline/roster'
import { statusOf } from '@/shared/offline/status-list'
import type { Facts } from './decide'
import { readCard } from './look'

export interface Evidence {
  /** `unknown_key`: signed with a key that this phone does not know, perhaps a newer one. */
  presentation: NonNullable<Facts['card']>['presentation'] | 'unknown_key'
  cardId?: string
  /** Whether the status list calls it not valid, and how old that news is; absent where no list speaks of the card. */
  status?: { invalid: boolean; issuedAt: number }
  /** Whose card it is; absent where it is not on this event's roster. */
  record?: RosterRecord
}

/** `at`: when it was shown, by the server's clock. */
export async function examine(digits: string, pack: OpenPack, at: number): Promise<Evidence> {
  const card = readCard(digits)
  if (!card) return { presentation: 'invalid' }
  const key = keyFor(pack, 'cards', card.keyId)
  if (!key) return { presentation: 'unknown_key' }
  if (!(await genuine(card, key))) return { presentation: 'invalid' }

  const eventCodeId = pack.event.code_id
  const shown = showing(card, at, await audienceOf(fromHex(eventCodeId)))
  const { roster, salt } = pack
  return {
    presentation: shown === 'elsewhere' ? 'invalid' : shown,
    cardId: card.id,
    status: statusOf(pack.lists, card.statusIndex),
    record: await openRecord<RosterRecord>(roster, { cardId: card.id, salt, eventCodeId }),
  }
}
