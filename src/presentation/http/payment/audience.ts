import { hasScope, type Principal } from '../../../application/access/principal';
import type { PaymentFailure } from '../../../domain/payment/intent-observation';
import { MOVES_MONEY } from '../access-decorators';

/** Staff and the application's backend; a customer is told what helps to pay, not what the bank suspects. */
export function isStaff(principal: Principal): boolean {
  return principal.role !== 'customer';
}

/**
 * Whether the client secret is theirs: the backend that takes payments, and the customer, who is only ever shown their
 * own payments.
 */
export function mayFinish(principal: Principal): boolean {
  if (principal.kind === 'token') return principal.role === 'customer';
  return (MOVES_MONEY as readonly string[]).includes(principal.role) && hasScope(principal, 'payments:write');
}

/** Stripe asks that these be told to a payer as a plain decline: they say that the bank or Radar suspects fraud. */
const REVEALING_DECLINES = new Set([
  'fraudulent',
  'highest_risk_level',
  'elevated_risk_level',
  'lost_card',
  'merchant_blacklist',
  'pickup_card',
  'restricted_card',
  'security_violation',
  'stolen_card',
  'stop_payment_order',
  'revocation_of_authorization',
  'revocation_of_all_authorizations',
  'rule',
  'blocked',
]);

export interface ShownFailure {
  readonly code: string;
  readonly declineCode: string | null;
  readonly message: string | null;
}

export function failureFor(principal: Principal, { code, declineCode, message }: PaymentFailure): ShownFailure {
  if (isStaff(principal)) return { code, declineCode, message };
  const reveals = declineCode !== null && REVEALING_DECLINES.has(declineCode);
  return { code, declineCode: reveals ? 'generic_decline' : declineCode, message: null };
}

export function cancellationReasonFor(principal: Principal, reason: string | null): string | null {
  return reason === 'fraudulent' && !isStaff(principal) ? null : reason;
}
