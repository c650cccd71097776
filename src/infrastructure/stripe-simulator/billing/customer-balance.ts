import type Stripe from 'stripe';
import { previousAttributes } from '../core/changes';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { newId } from '../core/ids';
import { findCustomer } from '../payments/find-customer';

interface BalanceChange {
  amount: number;
  currency: string;
  type: Stripe.CustomerBalanceTransaction.Type;
  creditNote?: string | null;
  description?: string | null;
  invoice?: string | null;
  metadata?: Stripe.Metadata;
}

/** Books on the customer's balance: a credit is negative, a debit is owed with the next invoice. */
export function changeCustomerBalance(
  ctx: Context,
  customerId: string,
  change: BalanceChange,
): Stripe.CustomerBalanceTransaction {
  const customer = findCustomer(ctx, customerId);
  const balance = customer.balance + change.amount;
  const transaction: Stripe.CustomerBalanceTransaction = {
    id: newId('cbtxn'),
    object: 'customer_balance_transaction',
    amount: change.amount,
    checkout_session: null,
    created: ctx.clock.now(),
    credit_note: change.creditNote ?? null,
    currency: change.currency,
    customer: customerId,
    customer_account: null,
    description: change.description ?? null,
    ending_balance: balance,
    invoice: change.invoice ?? null,
    livemode: false,
    metadata: change.metadata ?? {},
    type: change.type,
  };
  const changed = { ...customer, balance, currency: customer.currency ?? change.currency };
  ctx.tx.put('customer_balance_transactions', transaction);
  ctx.tx.put('customers', changed);
  emit(ctx, 'customer.updated', changed, previousAttributes(customer, changed));
  return transaction;
}
