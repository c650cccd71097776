import type Stripe from 'stripe';
import { fromStripeAmount } from '../../../src/infrastructure/stripe/stripe-amount';
import type { SimulatorState } from '../simulator-control';

type PaymentPromise = { readonly is: 'paid'; readonly captured: number } | { readonly is: 'not charged' };
type RefundPromise =
  { readonly is: 'refunded'; readonly stripeRefund: string; readonly amount: number } | { readonly is: 'not refunded' };

/** What the shop was told, and tells its customers: it must be so at Stripe when all is over. */
export class Promises {
  readonly #payments = new Map<string, PaymentPromise>();
  readonly #refunds = new Map<string, RefundPromise>();
  readonly #broken: string[] = [];

  paid(paymentId: string, captured: number): void {
    this.#payments.set(paymentId, { is: 'paid', captured });
  }

  notCharged(paymentId: string): void {
    this.#payments.set(paymentId, { is: 'not charged' });
  }

  refunded(refundId: string, stripeRefund: string, amount: number): void {
    this.#refunds.set(refundId, { is: 'refunded', stripeRefund, amount });
  }

  notRefunded(refundId: string): void {
    this.#refunds.set(refundId, { is: 'not refunded' });
  }

  /** Something that nobody may be told, whatever happens. */
  broken(what: string): void {
    this.#broken.push(what);
  }

  get count(): number {
    return this.#payments.size + this.#refunds.size;
  }

  findings(state: SimulatorState): string[] {
    const charges = groupedBy(state.charges.filter(tookMoney), (charge) => charge.metadata.cashdesk_payment);
    const refunds = groupedBy(state.refunds, (refund) => refund.metadata?.cashdesk_refund);
    return [
      ...this.#broken,
      ...[...this.#payments].flatMap(([id, promise]) => paymentFindings(id, promise, charges.get(id) ?? [])),
      ...[...this.#refunds].flatMap(([id, promise]) => refundFindings(id, promise, refunds.get(id) ?? [])),
    ].map((what) => `promise: ${what}`);
  }
}

function tookMoney({ status, captured }: Stripe.Charge): boolean {
  return status === 'succeeded' && captured;
}

function groupedBy<T>(list: readonly T[], keyOf: (one: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const key = keyOf(one) ?? '';
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return groups;
}

function paymentFindings(id: string, promise: PaymentPromise, charges: readonly Stripe.Charge[]): string[] {
  const taken = charges.map((charge) => fromStripeAmount(charge.amount_captured, charge.currency));
  const wanted = promise.is === 'paid' ? [promise.captured] : [];
  if (JSON.stringify(taken) === JSON.stringify(wanted)) return [];
  return [`${id} was told as ${promise.is} (${wanted.join()}), and Stripe took ${taken.join() || 'nothing'}`];
}

function refundFindings(id: string, promise: RefundPromise, refunds: readonly Stripe.Refund[]): string[] {
  const there = refunds.map((refund) => [refund.id, fromStripeAmount(refund.amount, refund.currency)]);
  const wanted = promise.is === 'refunded' ? [[promise.stripeRefund, promise.amount]] : [];
  if (JSON.stringify(there) === JSON.stringify(wanted)) return [];
  return [`${id} was told as ${promise.is} (${wanted.join()}), and Stripe has ${there.join() || 'nothing'}`];
}
