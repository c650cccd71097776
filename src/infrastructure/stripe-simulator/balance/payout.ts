import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { invalidRequest } from '../core/errors';
import { newId } from '../core/ids';
import { schedule } from '../core/schedule';
import { bankAccountId } from './account';
import { fundsByCurrency } from './balance';
import { payoutFailureMessage } from './payout-failures';
import { post } from './posting';

const DAY_MS = 86_400_000;

export interface PayoutRequest {
  amount: number;
  currency: string;
  automatic: boolean;
  description?: string;
  metadata?: Record<string, string>;
  method?: string;
  original?: string;
  statementDescriptor?: string;
}

export function requestPayout(ctx: Context, request: PayoutRequest): Stripe.Payout {
  const available = fundsByCurrency(ctx).get(request.currency)?.available ?? 0;
  if (request.amount > available) {
    throw invalidRequest(
      'You have insufficient funds in your Stripe account for this transfer. Your card balance is too low.  You can use the /v1/balance endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance).',
      { code: 'balance_insufficient' },
    );
  }
  return announcePayout(ctx, newPayout(ctx, request));
}

/** Takes the money off the balance. */
export function newPayout(ctx: Context, request: PayoutRequest): Stripe.Payout {
  const { amount, currency, automatic } = request;
  const id = newId('po');
  const description = request.description ?? (automatic ? 'STRIPE PAYOUT' : null);
  const transaction = post(ctx, {
    type: 'payout',
    reportingCategory: amount < 0 ? 'payout_reversal' : 'payout',
    money: { amount: -amount, currency, exchangeRate: null },
    source: id,
    description: description ?? 'STRIPE PAYOUT',
  });
  const payout: Stripe.Payout = {
    id,
    object: 'payout',
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: (Math.floor((ctx.clock.nowMs() + ctx.settings.payoutArrivalMs) / DAY_MS) * DAY_MS) / 1000,
    automatic,
    balance_transaction: transaction.id,
    created: ctx.clock.now(),
    currency,
    description,
    destination: bankAccountId(ctx),
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: request.metadata ?? {},
    method: request.method ?? 'standard',
    original_payout: request.original ?? null,
    payout_method: null,
    reconciliation_status: automatic ? 'in_progress' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: request.statementDescriptor ?? null,
    status: 'pending',
    trace_id: { status: 'pending', value: null },
    type: 'bank_account',
  };
  ctx.tx.put('payouts', payout);
  return payout;
}

export function announcePayout(ctx: Context, payout: Stripe.Payout): Stripe.Payout {
  const now = ctx.clock.nowMs();
  schedule(ctx, 'submit_payout', payout.id, now + ctx.settings.payoutSubmitMs);
  schedule(ctx, 'finish_payout', payout.id, now + ctx.settings.payoutArrivalMs);
  emit(ctx, 'payout.created', payout);
  return payout;
}

export function submitPayout(ctx: Context, id: string): void {
  const payout = ctx.tx.get('payouts', id);
  if (payout?.status !== 'pending') return;
  const submitted: Stripe.Payout = { ...payout, status: 'in_transit' };
  ctx.tx.put('payouts', submitted);
  emit(ctx, 'payout.updated', submitted, { status: 'pending' });
  if (!payout.automatic) return;
  const reconciled: Stripe.Payout = { ...submitted, reconciliation_status: 'completed' };
  ctx.tx.put('payouts', reconciled);
  emit(ctx, 'payout.reconciliation_completed', reconciled);
}

export function finishPayout(ctx: Context, id: string): void {
  // The bank has it before it arrives there, however short the times are set.
  submitPayout(ctx, id);
  const payout = ctx.tx.get('payouts', id);
  if (payout?.status !== 'in_transit') return;
  const failure = ctx.settings.payoutFailure;
  const returnMs = ctx.settings.payoutReturnMs;
  if (failure !== null && returnMs === 0) {
    failPayout(ctx, payout, failure);
    return;
  }
  const paid: Stripe.Payout = {
    ...payout,
    status: 'paid',
    trace_id: { status: 'supported', value: payout.id.slice(-12).toUpperCase() },
  };
  ctx.tx.put('payouts', paid);
  if (failure !== null) schedule(ctx, 'return_payout', id, ctx.clock.nowMs() + returnMs);
  emit(ctx, 'payout.paid', paid);
}

/** Days after it had arrived, the bank sends it back. */
export function returnPayout(ctx: Context, id: string): void {
  const payout = ctx.tx.get('payouts', id);
  if (payout?.status === 'paid' && payout.reversed_by === null) {
    failPayout(ctx, payout, ctx.settings.payoutFailure ?? 'could_not_process');
  }
}

function failPayout(ctx: Context, payout: Stripe.Payout, code: string): void {
  const failed: Stripe.Payout = {
    ...payout,
    failure_balance_transaction: returnMoney(ctx, payout, 'payout_failure').id,
    failure_code: code,
    failure_message: payoutFailureMessage(code),
    status: 'failed',
    trace_id: { status: 'unsupported', value: null },
  };
  ctx.tx.put('payouts', failed);
  emit(ctx, 'payout.failed', failed);
}

export function cancelPayout(ctx: Context, payout: Stripe.Payout): Stripe.Payout {
  if (payout.automatic) throw invalidRequest('You cannot cancel automatic payouts.');
  if (payout.status !== 'pending') {
    throw invalidRequest(
      `Payouts can only be canceled while they are pending. This payout has a status of ${payout.status}.`,
    );
  }
  const canceled: Stripe.Payout = {
    ...payout,
    failure_balance_transaction: returnMoney(ctx, payout, 'payout_cancel').id,
    status: 'canceled',
    trace_id: { status: 'unsupported', value: null },
  };
  ctx.tx.put('payouts', canceled);
  emit(ctx, 'payout.canceled', canceled);
  return canceled;
}

/** Fetches the money back from the bank by a payout the other way round. */
export function reversePayout(ctx: Context, payout: Stripe.Payout, metadata: Record<string, string>): Stripe.Payout {
  if (payout.status !== 'paid' || payout.reversed_by !== null || payout.amount < 0) {
    throw invalidRequest(
      `Only payouts that were paid and not reversed before can be reversed. This payout has a status of ${payout.status}.`,
    );
  }
  const { currency, automatic, id } = payout;
  const reversal = newPayout(ctx, { amount: -payout.amount, currency, automatic, metadata, original: id });
  const reversed: Stripe.Payout = { ...payout, reversed_by: reversal.id };
  ctx.tx.put('payouts', reversed);
  emit(ctx, 'payout.updated', reversed, { reversed_by: null });
  return announcePayout(ctx, reversal);
}

function returnMoney(
  ctx: Context,
  { id, amount, currency, description }: Stripe.Payout,
  type: 'payout_cancel' | 'payout_failure',
): Stripe.BalanceTransaction {
  return post(ctx, {
    type,
    reportingCategory: 'payout_reversal',
    money: { amount, currency, exchangeRate: null },
    source: id,
    description: description ?? (type === 'payout_cancel' ? 'CANCELED PAYOUT' : 'PAYOUT FAILURE'),
  });
}
