import type Stripe from 'stripe';
import {
  PaymentMethodGateway,
  type DetachAnswer,
  type PaymentMethodReading,
  type SubscriptionsReading,
} from '../../application/customer/payment-method-gateway';
import { effectOf, isAboutMissing, isMissing, silenceOf } from './stripe-errors';
import { idOf, isPaymentMethod, methodSightOf } from './stripe-payment-method';

/** An incomplete one is charged to it when the customer pays its first invoice, a paused one when it goes on. */
const LIVE = new Set<Stripe.Subscription.Status>(['trialing', 'active', 'past_due', 'unpaid', 'paused', 'incomplete']);

export class StripePaymentMethodGateway extends PaymentMethodGateway {
  constructor(private readonly stripe: Stripe) {
    super();
  }

  override async read(id: string): Promise<PaymentMethodReading> {
    try {
      const found = await this.stripe.paymentMethods.retrieve(id);
      if (isPaymentMethod(found)) return { kind: 'found', seen: methodSightOf(found) };
      return noAnswer('Stripe answered with something that is no payment method.');
    } catch (error) {
      return isMissing(error) ? { kind: 'missing' } : silenceOf(error);
    }
  }

  /** Without an idempotency key: it can be done once only, and under a key a 500 would be repeated. */
  override async detach(id: string): Promise<DetachAnswer> {
    try {
      const detached = await this.stripe.paymentMethods.detach(id);
      if (isPaymentMethod(detached) && detached.customer === null) return { kind: 'detached' };
      return noAnswer('Stripe answered with something that is no detached payment method.');
    } catch (error) {
      const effect = effectOf(error);
      return effect.kind === 'refused' ? this.whyRefused(id, effect.error) : { ...effect, kind: 'unavailable' };
    }
  }

  override async liveSubscriptionsOn(id: string, stripeCustomer: string): Promise<SubscriptionsReading> {
    try {
      const live = await this.liveSubscriptionsOf(stripeCustomer);
      const own = live.filter((subscription) => idOf(subscription.default_payment_method) === id);
      const undecided = live.filter((subscription) => idOf(subscription.default_payment_method) === null);
      const isDefault = undecided.length > 0 && (await this.defaultOf(stripeCustomer)) === id;
      return { kind: 'read', subscriptions: [...own, ...(isDefault ? undecided : [])].map((each) => each.id).sort() };
    } catch (error) {
      // The customer is gone, and its subscriptions ended with it.
      return isAboutMissing(error) ? { kind: 'read', subscriptions: [] } : silenceOf(error);
    }
  }

  private async liveSubscriptionsOf(customer: string): Promise<Stripe.Subscription[]> {
    const live: Stripe.Subscription[] = [];
    for await (const subscription of this.stripe.subscriptions.list({ customer, limit: 100 })) {
      if (LIVE.has(subscription.status)) live.push(subscription);
    }
    return live;
  }

  private async defaultOf(stripeCustomer: string): Promise<string | null> {
    const customer = await this.stripe.customers.retrieve(stripeCustomer);
    return customer.deleted === true ? null : idOf(customer.invoice_settings.default_payment_method);
  }

  /** Stripe has no code of its own for a method that is not attached any more, so the method is looked at. */
  private async whyRefused(id: string, { code, type }: { code?: string; type: string }): Promise<DetachAnswer> {
    const reading = await this.read(id);
    if (reading.kind === 'unavailable') return reading;
    const isAttached = reading.kind === 'found' && reading.seen.stripeCustomer !== null;
    return isAttached ? { kind: 'refused', code: code ?? type } : { kind: 'detached' };
  }
}

function noAnswer(message: string): { readonly kind: 'unavailable'; readonly message: string } {
  return { kind: 'unavailable', message };
}
