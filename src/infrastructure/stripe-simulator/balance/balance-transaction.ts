import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { testCard } from '../payments/test-cards';
import { post, type Fee } from './posting';
import { inSettlementCurrency } from './settlement';

const DAYS_TO_AVAILABLE = 2;
const DAY = 86_400;

/** Books a captured charge on the account's balance and answers the charge that points to it. */
export function settle(ctx: Context, charge: Stripe.Charge): Stripe.Charge {
  const money = inSettlementCurrency(ctx, charge.amount_captured, charge.currency);
  const transaction = post(ctx, {
    type: isCardCharge(charge) ? 'charge' : 'payment',
    reportingCategory: 'charge',
    money,
    source: charge.id,
    description: charge.description,
    fees: [processingFee(ctx, money.amount)],
    availableOn: availableOn(ctx, charge),
  });
  const settled = { ...charge, balance_transaction: transaction.id };
  ctx.tx.put('charges', settled);
  return settled;
}

/** An asynchronous capture reaches the balance. */
export function settleCharge(ctx: Context, id: string): void {
  const charge = ctx.tx.get('charges', id);
  if (charge?.balance_transaction !== null) return;
  emit(ctx, 'charge.updated', settle(ctx, charge), { balance_transaction: null });
}

/** Those of debits are called payments, by their ids and by what they leave on the balance. */
export function isCardCharge({ id }: Stripe.Charge): boolean {
  return id.startsWith('ch_');
}

function processingFee({ settings }: Context, amount: number): Fee {
  // The product is a whole number, so only the last division rounds.
  const share = Math.round((amount * settings.feeBasisPoints) / 10_000);
  return { amount: share + settings.feeFixed, description: 'Stripe processing fees' };
}

/** At the beginning of the day, as Stripe's money becomes available. */
function availableOn(ctx: Context, charge: Stripe.Charge): number {
  const now = ctx.clock.now();
  if (availableAtOnce(ctx, charge)) return now;
  return Math.floor((now + DAYS_TO_AVAILABLE * DAY) / DAY) * DAY;
}

function availableAtOnce(ctx: Context, charge: Stripe.Charge): boolean {
  const token = ctx.tx.get('cards', charge.payment_method ?? '')?.token ?? '';
  const behaviour = testCard(token)?.behaviour;
  return behaviour?.kind === 'approve' && behaviour.available === 'immediately';
}
