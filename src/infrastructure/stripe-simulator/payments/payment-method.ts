import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { resourceMissing } from '../core/errors';
import { newFingerprint, newId } from '../core/ids';
import { NO_ADDRESS } from './contact-params';
import { testCard, type TestCard } from './test-cards';

export function noBillingDetails(): Stripe.PaymentMethod.BillingDetails {
  return { address: NO_ADDRESS, email: null, name: null, phone: null, tax_id: null };
}

/** A token such as `pm_card_visa` makes a new payment method each time; an id finds the one that was made. */
export function resolvePaymentMethod(ctx: Context, given: string): Stripe.PaymentMethod {
  const card = testCard(given);
  if (card !== undefined) return createFromToken(ctx, card);
  const found = ctx.tx.get('payment_methods', given);
  if (found === undefined) throw resourceMissing('PaymentMethod', given, 'payment_method', 400);
  return found;
}

export function cardBehind(ctx: Context, paymentMethod: string): TestCard {
  const card = testCard(ctx.tx.get('cards', paymentMethod)?.token ?? '');
  if (card === undefined) throw new Error(`no card behind ${paymentMethod}`);
  return card;
}

function createFromToken(ctx: Context, card: TestCard): Stripe.PaymentMethod {
  const id = newId('pm');
  const method: Stripe.PaymentMethod = {
    id,
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: noBillingDetails(),
    card: cardDetails(ctx, card),
    created: ctx.clock.now(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
  ctx.tx.put('payment_methods', method);
  ctx.tx.put('cards', { id, token: card.token, setUpForOffSession: false, spent: false });
  return method;
}

function cardDetails(ctx: Context, card: TestCard): Stripe.PaymentMethod.Card {
  return {
    brand: card.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: null },
    country: 'US',
    display_brand: card.brand === 'amex' ? 'american_express' : card.brand,
    exp_month: 8,
    exp_year: new Date(ctx.clock.nowMs()).getUTCFullYear() + 1,
    fingerprint: newFingerprint(),
    funding: card.funding,
    generated_from: null,
    last4: card.number.slice(-4),
    networks: { available: [card.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: card.threeDSecure },
    wallet: null,
  };
}
