import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { resourceMissing } from '../core/errors';
import { newId } from '../core/ids';
import { mergeMetadata } from '../core/schema';
import { cardFields, readCard, tokenExpiry } from './card-method';
import { mergeAddress, NO_ADDRESS } from './contact-params';
import { debitFields, readDebit } from './debit-method';
import type { BillingDetailsParam, MethodData } from './payment-method-params';
import { testCard, type TestCard } from './test-cards';
import { testDebit, type TestDebit } from './test-debits';

const NO_BILLING_DETAILS: Stripe.PaymentMethod.BillingDetails = {
  address: NO_ADDRESS,
  email: null,
  name: null,
  phone: null,
  tax_id: null,
};
/** A debit's token stands for an account with an owner. */
const TOKEN_OWNER: BillingDetailsParam = {
  name: 'Jenny Rosen',
  email: 'jenny@example.com',
  address: { line1: '1 High Street', city: 'London', postal_code: 'N1 1AA', country: 'GB' },
};

export function mergeBillingDetails(
  before: Stripe.PaymentMethod.BillingDetails,
  given: BillingDetailsParam = {},
): Stripe.PaymentMethod.BillingDetails {
  const { address, ...others } = given;
  if (address === undefined) return { ...before, ...others };
  return { ...before, ...others, address: address === null ? NO_ADDRESS : mergeAddress(before.address, address) };
}

/** A token such as `pm_card_visa` makes a new payment method each time; an id finds the one that was made. */
export function resolvePaymentMethod(ctx: Context, given: string, status: 400 | 404 = 400): Stripe.PaymentMethod {
  const card = testCard(given);
  if (card !== undefined) return keepCard(ctx, card, cardFields(card, tokenExpiry(ctx), null));
  const debit = testDebit(given);
  if (debit !== undefined) return keepDebit(ctx, debit, { type: debit.type, billing_details: TOKEN_OWNER });
  return findPaymentMethod(ctx, given, status);
}

export function findPaymentMethod(ctx: Context, id: string, status: 400 | 404 = 404): Stripe.PaymentMethod {
  const found = ctx.tx.get('payment_methods', id);
  if (found === undefined) throw resourceMissing('PaymentMethod', id, 'payment_method', status);
  return found;
}

export function createPaymentMethod(ctx: Context, data: MethodData): Stripe.PaymentMethod {
  if (data.type !== 'card') return keepDebit(ctx, readDebit(data), data);
  const { card, expiry, cvc } = readCard(ctx, data.card ?? {});
  return keepCard(ctx, card, cardFields(card, expiry, cvc ? 'unchecked' : null), data);
}

function keepCard(
  ctx: Context,
  card: TestCard,
  fields: Stripe.PaymentMethod.Card,
  data?: MethodData,
): Stripe.PaymentMethod {
  const method = keep(ctx, data, { type: 'card', card: fields });
  ctx.tx.put('cards', { id: method.id, token: card.token, setUpForOffSession: false, spent: false });
  return method;
}

function keepDebit(ctx: Context, debit: TestDebit, data: MethodData): Stripe.PaymentMethod {
  const method = keep(ctx, data, debitFields(debit));
  ctx.tx.put('debits', { id: method.id, token: debit.token, mandate: null, spent: false });
  return method;
}

function keep(
  ctx: Context,
  data: MethodData | undefined,
  fields: Pick<Stripe.PaymentMethod, 'bacs_debit' | 'card' | 'sepa_debit' | 'type'>,
): Stripe.PaymentMethod {
  const method: Stripe.PaymentMethod = {
    id: newId('pm'),
    object: 'payment_method',
    allow_redisplay: data?.allow_redisplay ?? 'unspecified',
    billing_details:
      data?.billing_details === undefined
        ? NO_BILLING_DETAILS
        : mergeBillingDetails(NO_BILLING_DETAILS, data.billing_details),
    created: ctx.clock.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: mergeMetadata({}, data?.metadata ?? null),
    ...fields,
  };
  ctx.tx.put('payment_methods', method);
  return method;
}

export function cardBehind(ctx: Context, paymentMethod: string): TestCard {
  const card = testCard(ctx.tx.get('cards', paymentMethod)?.token ?? '');
  if (card === undefined) throw new Error(`no card behind ${paymentMethod}`);
  return card;
}

export function debitBehind(ctx: Context, paymentMethod: string): TestDebit {
  const debit = testDebit(ctx.tx.get('debits', paymentMethod)?.token ?? '');
  if (debit === undefined) throw new Error(`no account behind ${paymentMethod}`);
  return debit;
}

/** Used without a customer, or detached from one. */
export function isSpent(ctx: Context, paymentMethod: string): boolean {
  return (ctx.tx.get('cards', paymentMethod) ?? ctx.tx.get('debits', paymentMethod))?.spent === true;
}

export function spend(ctx: Context, paymentMethod: string): void {
  const card = ctx.tx.get('cards', paymentMethod);
  if (card !== undefined) ctx.tx.put('cards', { ...card, spent: true });
  const debit = ctx.tx.get('debits', paymentMethod);
  if (debit !== undefined) ctx.tx.put('debits', { ...debit, spent: true });
}
