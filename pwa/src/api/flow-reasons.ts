import type { FlowReason } from './types'

/** Why members move, in the order of the forms. */
export const FLOW_REASONS: FlowReason[] = [
  'employment',
  'business',
  'study',
  'family',
  'retirement',
  'restructured',
  'bankrupt',
  'dissolved',
  'laid_off',
  'other',
]
