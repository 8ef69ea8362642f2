/** Which tone each of the field's states has, everywhere the same. */
import type { Tone } from './tone'

const TONES = {
  'registration.pending_home': 'warn',
  'registration.pending_host': 'warn',
  'registration.active': 'good',
  'registration.declined': 'bad',
  'registration.withdrawn': 'neutral',
  'registration.out_of_contact': 'bad',
  'registration.transferred': 'neutral',
  'registration.returned': 'neutral',
  'card.active': 'good',
  'card.suspended': 'bad',
  'card.lost': 'bad',
  'card.revoked': 'bad',
  'card.surrendered': 'neutral',
  'card.review_due': 'warn',
  'state.upcoming': 'info',
  'state.open': 'good',
  'state.closed': 'neutral',
  'state.cancelled': 'bad',
  'outcome.expected': 'neutral',
  'outcome.present': 'good',
  'outcome.on_leave': 'info',
  'outcome.absent': 'warn',
  'outcome.made_up': 'good',
  'plan_state.draft': 'neutral',
  'plan_state.running': 'good',
  'plan_state.closed': 'neutral',
  'document_state.submitted': 'info',
  'document_state.returned': 'warn',
  'document_state.accepted': 'good',
  'document_state.withdrawn': 'neutral',
  'submission_state.draft': 'warn',
  'submission_state.sent': 'info',
  'submission_state.answered': 'good',
  'submission_state.acknowledged': 'good',
  'commendation_state.nominated': 'info',
  'commendation_state.declined': 'neutral',
  'commendation_state.refused': 'warn',
  'commendation_state.confirmed': 'good',
  'commendation_state.published': 'good',
  'commendation_state.withdrawn': 'bad',
  'group_state.planned': 'info',
  'group_state.in_force': 'good',
  'group_state.over': 'neutral',
  'visit_state.open': 'warn',
  'visit_state.closed': 'good',
  'bulletin_state.draft': 'warn',
  'bulletin_state.published': 'good',
  'bulletin_state.taken_back': 'bad',
} satisfies Record<string, Tone>

type GroupOf<Name extends string> = Name extends `${infer Group}.${string}` ? Group : never

/** A list of states that have tones. */
export type StateGroup = GroupOf<keyof typeof TONES>

/** The tone of a term of shared/i18n/terms.ts. */
export const toneOf = (name: string): Tone => (TONES as Record<string, Tone>)[name] ?? 'neutral'
