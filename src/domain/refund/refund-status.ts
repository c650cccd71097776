import type { Transitions } from '../shared/transitions';

export const REFUND_STATUSES = [
  'requested',
  'approved',
  'rejected',
  'withdrawn',
  'superseded',
  'executing',
  'unknown',
  'pending',
  'requires_action',
  'succeeded',
  'failed',
  'canceled',
] as const;

/**
 * `approved`: to be sent, and provably not at Stripe. `executing`: committed before the call, so it may have left.
 * `unknown`: the answer was lost. `superseded`: what Stripe did meanwhile left no room for it.
 */
export type RefundStatus = (typeof REFUND_STATUSES)[number];

/** Also days after it succeeded, a bank may send the money back. */
export const REFUND_TRANSITIONS: Transitions<RefundStatus> = {
  requested: ['approved', 'rejected', 'withdrawn', 'superseded'],
  approved: ['executing', 'withdrawn', 'superseded'],
  executing: ['approved', 'unknown', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled'],
  unknown: ['withdrawn', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled'],
  pending: ['requires_action', 'succeeded', 'failed', 'canceled'],
  requires_action: ['pending', 'succeeded', 'failed', 'canceled'],
  succeeded: ['failed', 'canceled'],
  rejected: [],
  withdrawn: [],
  superseded: [],
  failed: [],
  canceled: [],
};

/** As Stripe calls them. */
export const STRIPE_REFUND_STATUSES = [
  'pending',
  'requires_action',
  'succeeded',
  'failed',
  'canceled',
] as const satisfies readonly RefundStatus[];
export type StripeRefundStatus = (typeof STRIPE_REFUND_STATUSES)[number];

/** What Stripe counts as refunded: `amount_refunded` of the charge. */
const REFUNDED_STATUSES = ['pending', 'requires_action', 'succeeded'] as const satisfies readonly RefundStatus[];

/** Their sum never exceeds what was captured: they took money, or may still take it. */
export const RESERVING_STATUSES = [
  'requested',
  'approved',
  'executing',
  'unknown',
  ...REFUNDED_STATUSES,
] as const satisfies readonly RefundStatus[];

export function countsAsRefunded(status: RefundStatus): boolean {
  return (REFUNDED_STATUSES as readonly RefundStatus[]).includes(status);
}

export function reserves(status: RefundStatus): boolean {
  return (RESERVING_STATUSES as readonly RefundStatus[]).includes(status);
}
