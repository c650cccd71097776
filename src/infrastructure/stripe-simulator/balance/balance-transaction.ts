import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { newId } from '../core/ids';
import { testCard } from '../payments/test-cards';

const FEE_RATE = 0.015;
const FEE_FIXED = 20;
const DAYS_TO_AVAILABLE = 2;
const DAY = 86_400;

/** Books a captured charge on the account's balance and answers the charge that points to it. */
export function settle(ctx: Context, charge: Stripe.Charge): Stripe.Charge {
  const amount = charge.amount_captured;
  const fee = Math.round(amount * FEE_RATE) + FEE_FIXED;
  const created = ctx.clock.now();
  const transaction: Stripe.BalanceTransaction = {
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: availableAtOnce(ctx, charge) ? created : created + DAYS_TO_AVAILABLE * DAY,
    balance_type: 'payments',
    created,
    currency: charge.currency,
    description: charge.description,
    exchange_rate: null,
    fee,
    fee_details: [
      {
        amount: fee,
        application: null,
        currency: charge.currency,
        description: 'Stripe processing fees',
        type: 'stripe_fee',
      },
    ],
    net: amount - fee,
    reporting_category: 'charge',
    source: charge.id,
    status: 'pending',
    type: 'charge',
  };
  ctx.tx.put('balance_transactions', transaction);
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

/** Money becomes available by the passing of time alone, without any change to wait for. */
export function asOfNow(ctx: Context, transaction: Stripe.BalanceTransaction): Stripe.BalanceTransaction {
  return { ...transaction, status: ctx.clock.now() >= transaction.available_on ? 'available' : 'pending' };
}

function availableAtOnce(ctx: Context, charge: Stripe.Charge): boolean {
  const token = ctx.tx.get('cards', charge.payment_method ?? '')?.token ?? '';
  const behaviour = testCard(token)?.behaviour;
  return behaviour?.kind === 'approve' && behaviour.available === 'immediately';
}
