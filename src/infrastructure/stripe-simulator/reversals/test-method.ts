import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { testCard } from '../payments/test-cards';
import { testDebit } from '../payments/test-debits';

type Refunding = 'asks_customer' | 'at_once' | 'fails_later' | 'pending';
type Disputing = 'debit' | 'fraudulent' | 'inquiry' | 'product_not_received';

/** Banks take their time to give a debit back. */
export function refundingOf(ctx: Context, charge: Stripe.Charge): Refunding {
  if (ctx.settings.refundsAskCustomer) return 'asks_customer';
  if (charge.payment_method_details?.type !== 'card') return 'pending';
  return testCard(ctx.tx.get('cards', charge.payment_method ?? '')?.token ?? '')?.refund ?? 'at_once';
}

export function disputingOf(ctx: Context, charge: Stripe.Charge): Disputing | null {
  const method = charge.payment_method ?? '';
  const outcome = testDebit(ctx.tx.get('debits', method)?.token ?? '')?.outcome;
  if (outcome?.kind === 'succeed' && outcome.disputed) return 'debit';
  return testCard(ctx.tx.get('cards', method)?.token ?? '')?.dispute ?? null;
}
