import type Stripe from 'stripe';
import { post } from '../balance/posting';
import { inSettlementCurrency } from '../balance/settlement';
import type { Context } from '../core/context';
import { idOf } from '../core/references';

const FEE = 'Dispute fee';

/** Takes the disputed amount and the fee, once the charge itself stands on the balance; answers whether it did. */
export function withdraw(ctx: Context, dispute: Stripe.Dispute, charge: Stripe.Charge): Stripe.Dispute | null {
  const { balance_transaction: of } = charge;
  const income = typeof of === 'string' ? ctx.tx.get('balance_transactions', of) : undefined;
  if (income === undefined || dispute.balance_transactions.length > 0) return null;
  const fee = ctx.settings.disputeFee;
  const transaction = post(ctx, {
    type: 'adjustment',
    reportingCategory: 'dispute',
    money: inSettlementCurrency(ctx, -dispute.amount, dispute.currency),
    source: dispute.id,
    description: `Chargeback withdrawal for ${charge.id}`,
    fees: fee === 0 ? [] : [{ amount: fee, description: FEE }],
    availableOn: income.available_on,
  });
  const withdrawn = { ...dispute, balance_transactions: [transaction] };
  ctx.tx.put('disputes', withdrawn);
  return withdrawn;
}

/** Gives back what was taken, or that part of it; null where nothing was. */
export function reinstate(ctx: Context, dispute: Stripe.Dispute, part = dispute.amount): Stripe.Dispute | null {
  const [withdrawal] = dispute.balance_transactions;
  if (withdrawal === undefined) return null;
  const { amount, currency, exchange_rate: exchangeRate, fee } = withdrawal;
  const feeReturned = ctx.settings.disputeFeeReturned && dispute.status === 'won' && fee > 0;
  const transaction = post(ctx, {
    type: 'adjustment',
    reportingCategory: 'dispute_reversal',
    money: { amount: Math.round((-amount * part) / dispute.amount), currency, exchangeRate },
    source: dispute.id,
    description: `Chargeback reversal for ${idOf(dispute.charge) ?? ''}`,
    fees: feeReturned ? [{ amount: -fee, description: FEE }] : [],
    availableOn: withdrawal.available_on,
  });
  const reinstated = { ...dispute, balance_transactions: [withdrawal, transaction] };
  ctx.tx.put('disputes', reinstated);
  return reinstated;
}

/** Asked of those who contest a dispute, and given back to those who win it. */
export function postCounterFee(ctx: Context, dispute: Stripe.Dispute, direction: 'charge' | 'return'): void {
  const charged = counterFeeOf(ctx, dispute);
  const [withdrawal] = dispute.balance_transactions;
  const fee = direction === 'charge' ? ctx.settings.disputeCounterFee : charged;
  if (fee === 0 || withdrawal === undefined || (direction === 'charge' && charged > 0)) return;
  post(ctx, {
    type: 'adjustment',
    reportingCategory: 'fee',
    money: { amount: direction === 'charge' ? -fee : fee, currency: withdrawal.currency, exchangeRate: null },
    source: dispute.id,
    description: direction === 'charge' ? 'Dispute countered fee' : 'Dispute countered fee returned',
  });
}

function isFee(transaction: Stripe.BalanceTransaction): boolean {
  return transaction.reporting_category === 'fee';
}

function counterFeeOf(ctx: Context, dispute: Stripe.Dispute): number {
  const posted = ctx.tx.where('balance_transactions', 'source', dispute.id).filter(isFee);
  return 0 - posted.reduce((sum, { net }) => sum + net, 0);
}
