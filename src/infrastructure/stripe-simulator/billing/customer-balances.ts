import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { invalidRequest, resourceMissing } from '../core/errors';
import { newId } from '../core/ids';
import { listOf, listShape } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { clearable, integer, mergeMetadata, metadata, text } from '../core/schema';
import { atCustomer } from '../subscriptions/customer-clock';
import { checkCurrency } from '../payments/currencies';
import { findCustomer } from '../payments/find-customer';
import { changeCustomerBalance } from './customer-balance';

const CUSTOMERS = '/v1/customers';
const PATTERN = `${CUSTOMERS}/:customer/balance_transactions`;

function findTransaction(ctx: Context, customer: string, id: string): Stripe.CustomerBalanceTransaction {
  const found = ctx.tx.get('customer_balance_transactions', id);
  if (found?.customer !== customer) throw resourceMissing('customer balance transaction', id, 'transaction');
  return found;
}

/** A balance that was set on the customer itself is booked like any other change of it. */
export function bookBalanceOf(ctx: Context, id: string): void {
  const customer = ctx.tx.get('customers', id);
  if (customer === undefined || customer.deleted === true) return;
  const transactions = ctx.tx.where('customer_balance_transactions', 'customer', id);
  const amount = customer.balance - (transactions.at(-1)?.ending_balance ?? 0);
  if (amount === 0) return;
  ctx.tx.put('customer_balance_transactions', {
    id: newId('cbtxn'),
    object: 'customer_balance_transaction',
    amount,
    checkout_session: null,
    created: ctx.clock.now(),
    credit_note: null,
    currency: customer.currency ?? 'gbp',
    customer: id,
    customer_account: null,
    description: null,
    ending_balance: customer.balance,
    invoice: null,
    livemode: false,
    metadata: {},
    type: transactions.length === 0 ? 'initial' : 'adjustment',
  });
}

export const customerBalanceRoutes: readonly Route[] = [
  route('POST', PATTERN, {
    shape: { amount: integer(), currency: text(), description: text(), metadata },
    required: ['amount', 'currency'],
    handle(request, params, { customer: id = '' }) {
      const customer = findCustomer(request, id, 'customer', 404);
      const currency = checkCurrency(params.currency);
      if ((customer.currency ?? currency) !== currency) {
        throw invalidRequest(
          `The currency of the balance transaction (${currency}) must be the customer's (${customer.currency ?? ''}).`,
          { param: 'currency' },
        );
      }
      return ok(
        changeCustomerBalance(atCustomer(request, id), id, {
          amount: params.amount,
          currency,
          description: params.description ?? null,
          metadata: mergeMetadata({}, params.metadata ?? null),
          type: 'adjustment',
        }),
      );
    },
  }),
  route('GET', PATTERN, {
    shape: { ...listShape, invoice: text() },
    handle(ctx, params, { customer: id = '' }) {
      const customer = findCustomer(ctx, id, 'customer', 404).id;
      const matches = (row: Stripe.CustomerBalanceTransaction): boolean =>
        params.invoice === undefined || row.invoice === params.invoice;
      const url = `${CUSTOMERS}/${id}/balance_transactions`;
      return ok(listOf(ctx, 'customer_balance_transactions', params, { url, where: { customer }, matches }));
    },
  }),
  route('GET', `${PATTERN}/:id`, {
    shape: {},
    handle: (ctx, _params, { customer = '', id = '' }) => ok(findTransaction(ctx, customer, id)),
  }),
  route('POST', `${PATTERN}/:id`, {
    shape: { description: clearable(text()), metadata },
    handle(ctx, params, { customer = '', id = '' }) {
      const before = findTransaction(ctx, customer, id);
      const after: Stripe.CustomerBalanceTransaction = {
        ...before,
        ...(params.description === undefined ? {} : { description: params.description }),
        ...(params.metadata === undefined ? {} : { metadata: mergeMetadata(before.metadata ?? {}, params.metadata) }),
      };
      ctx.tx.put('customer_balance_transactions', after);
      return ok(after);
    },
  }),
];
