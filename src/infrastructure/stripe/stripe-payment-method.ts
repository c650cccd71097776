import type Stripe from 'stripe';
import type { PaymentMethodSight } from '../../application/customer/payment-method-gateway';
import type { PaymentMethodDetails } from '../../domain/customer/payment-method';

/** An error body without `error` passes the SDK as a success: only this is one. */
export function isPaymentMethod(answer: unknown): answer is Stripe.PaymentMethod {
  const { object, id, type } = (answer ?? {}) as Partial<Stripe.PaymentMethod>;
  return object === 'payment_method' && typeof id === 'string' && typeof type === 'string';
}

export function methodSightOf(method: Stripe.PaymentMethod): PaymentMethodSight {
  return { id: method.id, details: detailsOf(method), stripeCustomer: idOf(method.customer) };
}

export function idOf(reference: string | { readonly id: string } | null | undefined): string | null {
  return typeof reference === 'object' ? (reference?.id ?? null) : (reference ?? null);
}

/** What most types have in common, under the name of the type. */
interface Common {
  readonly brand?: unknown;
  readonly last4?: unknown;
  readonly funding?: unknown;
  readonly country?: unknown;
  readonly exp_year?: unknown;
  readonly exp_month?: unknown;
}

function detailsOf(method: Stripe.PaymentMethod): PaymentMethodDetails {
  const { type } = method;
  const own = ((method as unknown as Record<string, unknown>)[type] ?? {}) as Common;
  const { exp_year: year, exp_month: month } = own;
  return {
    type,
    brand: textIn(own.brand),
    last4: textIn(own.last4),
    funding: textIn(own.funding),
    country: textIn(own.country),
    expiry: typeof year === 'number' && typeof month === 'number' ? { year, month } : null,
  };
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
