import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { newId } from '../core/ids';
import { schedule } from '../core/schedule';
import type { Coming, FundsRecord } from './records';
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

/** The balance is read from these sums, not from all transactions. */
function addFunds(ctx: Context, { currency, created, available_on: on, net }: Stripe.BalanceTransaction): void {
  const before = ctx.tx.get('funds', currency) ?? { id: currency, available: 0, coming: [] };
  // A test clock may be years ahead: what has arrived by it has not arrived by the account's time.
  const elsewhere = ctx.testClock !== null;
  const { available, coming } = elsewhere ? before : arrived(before, created);
  if (on <= created && !elsewhere) {
    ctx.tx.put('funds', { id: currency, available: available + net, coming });
    return;
  }
  if (!elsewhere) awaitAvailability(ctx, on);
  ctx.tx.put('funds', { id: currency, available, coming: withComing(coming, { on, net }) });
}

/** Stripe tells when money has become available; once for all that does at that time. */
function awaitAvailability(ctx: Context, on: number): void {
  const object = `available_on_${String(on)}`;
  if (ctx.tx.where('tasks', 'object', object).length === 0) schedule(ctx, 'tell_balance', object, on * 1000);
}

function arrived({ id, available, coming }: FundsRecord, now: number): FundsRecord {
  const due = coming.filter(({ on }) => on <= now);
  if (due.length === 0) return { id, available, coming };
  return { id, available: available + sumOf(due), coming: coming.filter(({ on }) => on > now) };
}

function withComing(coming: readonly Coming[], added: Coming): Coming[] {
  const same = coming.find(({ on }) => on === added.on);
  const others = coming.filter((part) => part !== same);
  return [...others, { on: added.on, net: added.net + (same?.net ?? 0) }];
}

function sumOf(parts: readonly Coming[]): number {
  return parts.reduce((sum, { net }) => sum + net, 0);
}

export interface Funds {
  available: number;
  pending: number;
}

export function fundsAt({ available, coming }: FundsRecord, now: number): Funds {
  const due = sumOf(coming.filter(({ on }) => on <= now));
  return { available: available + due, pending: sumOf(coming) - due };
}

/** Money becomes available by the passing of time alone, without any change to wait for. */
export function asOfNow(ctx: Context, transaction: Stripe.BalanceTransaction): Stripe.BalanceTransaction {
  const status = ctx.clock.now() >= transaction.available_on ? 'available' : 'pending';
  return transaction.status === status ? transaction : { ...transaction, status };
}
