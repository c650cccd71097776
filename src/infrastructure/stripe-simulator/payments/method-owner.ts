import type Stripe from 'stripe';
import { previousAttributes } from '../core/changes';
import type { Context } from '../core/context';
import { emit } from '../core/emit';
import { ApiError, invalidRequest } from '../core/errors';
import { findCustomer } from './find-customer';
import { cardBehind, isSpent, resolvePaymentMethod, spend } from './payment-method';

/** Keeps a method for its customer; a card whose bank declines even that is refused. */
export function attachPaymentMethod(
  ctx: Context,
  given: string,
  customer: string,
  missing: 400 | 404 = 400,
): Stripe.PaymentMethod {
  const method = resolvePaymentMethod(ctx, given, missing);
  findCustomer(ctx, customer);
  if (method.customer === customer) return method;
  if (method.customer !== null) {
    throw invalidRequest('The payment method you provided has already been attached to a customer.');
  }
  if (isSpent(ctx, method.id)) {
    throw invalidRequest(
      'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.',
    );
  }
  refuseDecliningCard(ctx, method);
  return giveTo(ctx, method, customer);
}

/** The change of owner alone, as after a payment or a setup that keeps the method for its customer. */
export function giveTo(ctx: Context, method: Stripe.PaymentMethod, customer: string): Stripe.PaymentMethod {
  const attached: Stripe.PaymentMethod = { ...method, ...checked(method.card), customer };
  ctx.tx.put('payment_methods', attached);
  emit(ctx, 'payment_method.attached', attached, { customer: null });
  return attached;
}

/** By keeping the card, its bank was asked about the security code. */
function checked(card: Stripe.PaymentMethod.Card | undefined): { card?: Stripe.PaymentMethod.Card } {
  if (card?.checks?.cvc_check !== 'unchecked') return {};
  return { card: { ...card, checks: { ...card.checks, cvc_check: 'pass' } } };
}

/** A method without its customer can never be used again. */
export function detachPaymentMethod(ctx: Context, method: Stripe.PaymentMethod): Stripe.PaymentMethod {
  const owner = typeof method.customer === 'string' ? ctx.tx.get('customers', method.customer) : undefined;
  if (owner === undefined || owner.deleted === true) {
    throw invalidRequest('The payment method you provided is not attached to a customer so detachment is impossible.');
  }
  const detached: Stripe.PaymentMethod = { ...method, customer: null };
  ctx.tx.put('payment_methods', detached);
  spend(ctx, method.id);
  emit(ctx, 'payment_method.detached', detached, { customer: owner.id });
  forgetDefault(ctx, owner, method.id);
  return detached;
}

function forgetDefault(ctx: Context, owner: Stripe.Customer, method: string): void {
  if (owner.invoice_settings.default_payment_method !== method) return;
  const updated = { ...owner, invoice_settings: { ...owner.invoice_settings, default_payment_method: null } };
  ctx.tx.put('customers', updated);
  emit(ctx, 'customer.updated', updated, previousAttributes(owner, updated));
}

function refuseDecliningCard(ctx: Context, method: Stripe.PaymentMethod): void {
  if (method.type !== 'card') return;
  const { behaviour } = cardBehind(ctx, method.id);
  if (behaviour.kind !== 'decline' || behaviour.attaches) return;
  const { decline } = behaviour;
  throw new ApiError(402, {
    type: 'card_error',
    code: decline.code,
    ...(decline.declineCode === undefined ? {} : { decline_code: decline.declineCode }),
    ...(decline.param === undefined ? {} : { param: decline.param }),
    message: decline.message,
  });
}
