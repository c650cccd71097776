import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { schedule } from '../core/schedule';

const DAY_MS = 86_400_000;

/** Declines after which Stripe asks the same method no more. */
const HARD_DECLINES: ReadonlySet<string> = new Set([
  'authentication_required',
  'highest_risk_level',
  'incorrect_number',
  'lost_card',
  'pickup_card',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'stolen_card',
  'transaction_not_allowed',
]);

interface Declined {
  code?: string | null;
  decline_code?: string | null;
}

export function isHardDecline({ code, decline_code: declineCode }: Declined): boolean {
  return HARD_DECLINES.has(declineCode ?? '') || HARD_DECLINES.has(code ?? '');
}

/** Sets the next try of an invoice whose payment has failed, and answers when it is; null if there is none. */
export function planRetry(ctx: Context, invoice: Stripe.Invoice): number | null {
  const planned = ctx.tx.where('tasks', 'object', invoice.id).find(({ kind }) => kind === 'retry_invoice');
  if (planned !== undefined) return Math.floor(planned.dueMs / 1000);
  const days = ctx.settings.retryAfterDays[invoice.attempt_count - 1];
  if (invoice.auto_advance !== true || invoice.collection_method !== 'charge_automatically' || days === undefined) {
    return null;
  }
  const due = ctx.clock.nowMs() + days * DAY_MS;
  schedule(ctx, 'retry_invoice', invoice.id, due);
  return Math.floor(due / 1000);
}
