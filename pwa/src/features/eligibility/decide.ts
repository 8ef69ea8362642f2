/** Which document fits a stay: the rule, without words. `tests/cases/eligibility.json` has every case. */

export interface Answers {
  /** Where the formal affiliation is. */
  affiliation: 'home' | 'here' | 'unknown'
  /** How long, and whether at one place. */
  stay: 'short' | 'long_fixed' | 'long_moving'
  /** Whether one can take part at the home branch as before. */
  attends_home: boolean
  /** Whether the affiliation will move here. */
  transfers: 'yes' | 'no' | 'undecided'
}

export type Outcome = 'card' | 'letter' | 'transfer' | 'neither'
/** Which rule decided. */
export type Rule =
  | 'affiliation_here'
  | 'affiliation_unknown'
  | 'attends_home'
  | 'will_transfer'
  | 'short_stay'
  | 'fixed_place'
  | 'keeps_home'

export interface Decision {
  outcome: Outcome
  rule: Rule
  /** A transfer is suggested beside it, never forced. */
  suggests_transfer: boolean
}

export function decide({ affiliation, stay, attends_home, transfers }: Answers): Decision {
  const by = (outcome: Outcome, rule: Rule, suggests_transfer = false) => ({
    outcome,
    rule,
    suggests_transfer,
  })
  if (affiliation === 'here') return by('neither', 'affiliation_here')
  if (affiliation === 'unknown') return by('neither', 'affiliation_unknown')
  if (transfers === 'yes') return by('transfer', 'will_transfer')
  if (attends_home) return by('neither', 'attends_home')
  if (stay === 'short') return by('letter', 'short_stay')
  if (stay === 'long_fixed' && transfers === 'undecided') return by('transfer', 'fixed_place')
  return by('card', 'keeps_home', stay === 'long_fixed')
}
