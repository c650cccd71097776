import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { announce } from '../core/emit';
import { ok, route, type Route } from '../core/router';
import { ACCOUNT_CURRENCY } from './account';
import { fundsAt, type Funds } from './funds';

/** What the account owns in each currency that ever stood on its balance. */
export function fundsByCurrency(ctx: Context): Map<string, Funds> {
  const found = new Map<string, Funds>([[ACCOUNT_CURRENCY, { available: 0, pending: 0 }]]);
  for (const { id } of ctx.tx.table('funds').values()) {
    // Read again, for what this change itself has posted.
    const row = ctx.tx.get('funds', id);
    if (row !== undefined) found.set(id, fundsAt(row, ctx.clock.now()));
  }
  return found;
}

function balanceNow(ctx: Context): Stripe.Balance {
  const funds = [...fundsByCurrency(ctx)];
  const entry = (amount: number, currency: string): Stripe.Balance.Available => ({
    amount,
    currency,
    source_types: { card: amount },
  });
  return {
    object: 'balance',
    available: funds.map(([currency, { available }]) => entry(available, currency)),
    connect_reserved: funds.map(([currency]) => ({ amount: 0, currency })),
    // What a debt on one side would swallow is not there to be paid out.
    instant_available: funds.map(([currency, { available }]) => entry(Math.max(0, available), currency)),
    livemode: false,
    pending: funds.map(([currency, { pending }]) => entry(pending, currency)),
  };
}

/** Not told of what a debt swallows. */
export function tellBalance(ctx: Context): void {
  const balance = balanceNow(ctx);
  if (balance.available.some(({ amount }) => amount > 0)) announce(ctx, 'balance.available', balance);
}

export const balanceRoutes: readonly Route[] = [
  route('GET', '/v1/balance', { shape: {}, handle: (ctx) => ok(balanceNow(ctx)) }),
];
