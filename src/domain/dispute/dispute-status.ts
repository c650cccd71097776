import type { Transitions } from '../shared/transitions';

/** Stripe's own. Those with `warning_` are inquiries, which move no money. */
export const DISPUTE_STATUSES = [
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
  'needs_response',
  'under_review',
  'won',
  'lost',
  'prevented',
] as const;
export type DisputeStatus = (typeof DISPUTE_STATUSES)[number];

const INQUIRY = ['warning_needs_response', 'warning_under_review', 'warning_closed'] as const;
const CHARGEBACK = ['needs_response', 'under_review', 'won', 'lost'] as const;

/**
 * What Stripe documents. A dispute moves several steps between two looks at it, and an inquiry may become a chargeback.
 * A bank may also reopen what was over: that is no way of this table, and is stored and listed all the same.
 */
export const DISPUTE_TRANSITIONS: Transitions<DisputeStatus> = {
  warning_needs_response: ['warning_under_review', 'warning_closed', ...CHARGEBACK, 'prevented'],
  warning_under_review: ['warning_needs_response', 'warning_closed', ...CHARGEBACK, 'prevented'],
  // A bank that was not content may still take the money.
  warning_closed: [...CHARGEBACK],
  needs_response: ['under_review', 'won', 'lost', 'prevented'],
  under_review: ['needs_response', 'won', 'lost', 'prevented'],
  won: [],
  lost: [],
  prevented: [],
};

export function isInquiry(status: DisputeStatus): boolean {
  return (INQUIRY as readonly DisputeStatus[]).includes(status);
}

/** The bank waits for evidence. */
export function awaitsResponse(status: DisputeStatus): boolean {
  return status === 'needs_response' || status === 'warning_needs_response';
}

/** It goes on: at the bank, or with whoever is to answer it. */
export function isOpen(status: DisputeStatus): boolean {
  return awaitsResponse(status) || status === 'under_review' || status === 'warning_under_review';
}
