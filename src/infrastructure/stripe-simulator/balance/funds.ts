import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { schedule } from '../core/schedule';
import type { Coming, FundsRecord } from './records';

/** The balance is read from these sums, not from all transactions. */
export function addFunds(ctx: Context, { currency, created, available_on: on, net }: Stripe.BalanceTransaction): void {
  const before = ctx.tx.get('funds', currency) ?? { id: currency, available: 0, coming: [] };
  const { available, coming } = arrived(before, created);
  if (on <= created) {
    ctx.tx.put('funds', { id: currency, available: available + net, coming });
    return;
  }
  awaitAvailability(ctx, on);
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

/** A state that was kept before there were sums, or without them, gets them now. */
export function sumUpFunds({ tx }: Context): void {
  if (tx.table('funds').size > 0) return;
  const sums = new Map<string, Map<number, number>>();
  for (const { available_on: on, currency, net } of tx.table('balance_transactions').values()) {
    const coming = sums.get(currency) ?? new Map<number, number>();
    coming.set(on, (coming.get(on) ?? 0) + net);
    sums.set(currency, coming);
  }
  for (const [id, coming] of sums) {
    tx.put('funds', { id, available: 0, coming: [...coming].map(([on, net]) => ({ on, net })) });
  }
}
