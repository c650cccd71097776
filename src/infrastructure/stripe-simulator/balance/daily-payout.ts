import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { idOf } from '../core/references';
import { fundsByCurrency } from './balance';
import { announcePayout, newPayout } from './payout';
import { scheduleDailyPayout } from './payout-schedule';

/** Brings to the bank, in each currency, all that is available and was not brought before. */
export function payOutDaily(ctx: Context): void {
  if (ctx.settings.payoutSchedule !== 'daily') return;
  // All that was brought before sums up to nothing: without a balance there is nothing to look for.
  const owns = [...fundsByCurrency(ctx).values()].some(({ available }) => available > 0);
  for (const [currency, transactions] of owns ? availableByCurrency(ctx) : []) {
    const amount = transactions.reduce((sum, { net }) => sum + net, 0);
    // A debt waits for the income that covers it.
    if (amount <= 0) continue;
    const payout = newPayout(ctx, { amount, currency, automatic: true });
    const own = idOf(payout.balance_transaction);
    const taken = [...transactions.map(({ id }) => id), ...(own === null ? [] : [own])];
    for (const id of taken) ctx.tx.put('paid_out', { id, payout: payout.id });
    announcePayout(ctx, payout);
  }
  scheduleDailyPayout(ctx);
}

function availableByCurrency(ctx: Context): Map<string, Stripe.BalanceTransaction[]> {
  const now = ctx.clock.now();
  const found = new Map<string, Stripe.BalanceTransaction[]>();
  for (const row of ctx.tx.table('balance_transactions').values()) {
    if (row.available_on > now || ctx.tx.get('paid_out', row.id) !== undefined) continue;
    const rows = found.get(row.currency);
    if (rows === undefined) found.set(row.currency, [row]);
    else rows.push(row);
  }
  return found;
}
