import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { newId } from '../core/ids';
import { addFunds } from './funds';
import { scheduleDailyPayout } from './payout-schedule';
import type { Settled } from './settlement';

export interface Fee {
  amount: number;
  description: string;
}

export interface Posting {
  type: Stripe.BalanceTransaction.Type;
  reportingCategory: string;
  money: Settled;
  source: string;
  description: string | null;
  fees?: readonly Fee[];
  /** At once unless it lies ahead. */
  availableOn?: number;
}

/** The only way in which anything comes to stand on the balance. */
export function post(ctx: Context, posting: Posting): Stripe.BalanceTransaction {
  const { amount, currency, exchangeRate } = posting.money;
  const fees = posting.fees ?? [];
  const fee = fees.reduce((sum, { amount: part }) => sum + part, 0);
  const created = ctx.clock.now();
  const availableOn = Math.max(created, posting.availableOn ?? created);
  const transaction: Stripe.BalanceTransaction = {
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: availableOn,
    balance_type: 'payments',
    created,
    currency,
    description: posting.description,
    exchange_rate: exchangeRate,
    fee,
    fee_details: fees.map((part) => ({
      amount: part.amount,
      application: null,
      currency,
      description: part.description,
      type: 'stripe_fee',
    })),
    net: amount - fee,
    reporting_category: posting.reportingCategory,
    source: posting.source,
    status: availableOn > created ? 'pending' : 'available',
    type: posting.type,
  };
  ctx.tx.put('balance_transactions', transaction);
  addFunds(ctx, transaction);
  scheduleDailyPayout(ctx);
  return transaction;
}

/** Money becomes available by the passing of time alone, without any change to wait for. */
export function asOfNow(ctx: Context, transaction: Stripe.BalanceTransaction): Stripe.BalanceTransaction {
  const status = ctx.clock.now() >= transaction.available_on ? 'available' : 'pending';
  return transaction.status === status ? transaction : { ...transaction, status };
}
