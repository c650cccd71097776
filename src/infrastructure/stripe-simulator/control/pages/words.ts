import type Stripe from 'stripe';
import type { Context } from '../../core/context';
import { formatAmount } from './amounts';
import type { Markup } from './markup';
import { state } from './parts';
import { idOf } from '../../core/references';

type Tone = 'bad' | 'good' | 'wait' | null;

export const PAYMENT_STATUSES: Readonly<Record<string, readonly [words: string, tone: Tone]>> = {
  requires_payment_method: ['needs a payment method', 'wait'],
  requires_confirmation: ['to be confirmed', 'wait'],
  requires_action: ["waits for the bank's challenge", 'wait'],
  processing: ['processing', 'wait'],
  requires_capture: ['held, to be captured', 'wait'],
  succeeded: ['succeeded', 'good'],
  canceled: ['canceled', null],
};

export function wordsOfStatus(status: string): readonly [words: string, tone: Tone] {
  return PAYMENT_STATUSES[status] ?? [status, null];
}

export function paymentStatus({ status, last_payment_error: error }: Stripe.PaymentIntent): Markup {
  const [words, tone] = wordsOfStatus(status);
  if (status !== 'requires_payment_method' || error === null) return state(words, tone);
  return state(`failed: ${error.decline_code ?? error.code ?? error.type}`, 'bad');
}

/** What came of the money after it was paid. */
export function afterwards(ctx: Context, intent: Stripe.PaymentIntent): string {
  const charge = latestCharge(ctx, intent);
  if (charge === null) return '';
  const { amount_refunded: refunded, disputed, currency } = charge;
  const parts = charge.refunded ? ['refunded'] : refunded > 0 ? [`${formatAmount(refunded, currency)} refunded`] : [];
  return [...parts, ...(disputed ? ['disputed'] : [])].join(', ');
}

export function latestCharge(ctx: Context, { latest_charge: latest }: Stripe.PaymentIntent): Stripe.Charge | null {
  const id = idOf(latest);
  return id === null ? null : (ctx.tx.get('charges', id) ?? null);
}

/** The customer's name, or what else tells who it is. */
export function customerName(ctx: Context, id: string): string {
  const customer = ctx.tx.get('customers', id);
  if (customer === undefined || customer.deleted === true) return id;
  return customer.name ?? customer.email ?? id;
}

const TONE_OF_DELIVERY = { pending: 'wait', delivered: 'good', failed: 'bad', dropped: 'bad' } as const;

export function deliveryState(status: keyof typeof TONE_OF_DELIVERY): Markup {
  return state(status, TONE_OF_DELIVERY[status]);
}
