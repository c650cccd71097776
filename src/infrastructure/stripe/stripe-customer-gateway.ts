import type Stripe from 'stripe';
import {
  CustomerGateway,
  type CreationAnswer,
  type CreationFinding,
  type CustomerReading,
  type NoAnswer,
  type UpdateAnswer,
} from '../../application/customer/customer-gateway';
import { CREATION_REPEATABLE_FOR, type Creation, type Customer } from '../../domain/customer/customer';
import { creationParams, CUSTOMER_KEY, defaultMethodOf, isCustomer, refusalOf, updateParams } from './stripe-customer';
import { effectOf, isMissing, silenceOf, type Effect } from './stripe-errors';

/** Clocks differ; the list of a creation's time reaches this far around it, in seconds. */
const CLOCK_SKEW = 600;
const REPEATED_FOR = CREATION_REPEATABLE_FOR / 1_000;

export class StripeCustomerGateway extends CustomerGateway {
  constructor(private readonly stripe: Stripe) {
    super();
  }

  override async create(customerId: string, creation: Creation): Promise<CreationAnswer> {
    const once = { idempotencyKey: `cashdesk-${customerId}-${String(creation.revision)}` };
    try {
      const made = await this.stripe.customers.create(creationParams(customerId, creation.details), once);
      return isCustomer(made) ? { kind: 'created', stripeCustomer: made.id } : unreadable();
    } catch (error) {
      const effect = effectOf(error);
      if (effect.kind === 'refused') return { kind: 'refused', refusal: refusalOf(effect.error) };
      const isReplayed = effect.kind === 'unknown' && effect.doubt === 'server_error';
      return isReplayed ? { kind: 'failed_at_stripe', message: effect.message } : noAnswer(effect);
    }
  }

  override async findCreated(customerId: string, creation: Creation): Promise<CreationFinding> {
    const sent = Math.floor(creation.firstSentAt.getTime() / 1_000);
    const created = { gte: sent - CLOCK_SKEW, lte: sent + REPEATED_FOR + CLOCK_SKEW };
    const { email } = creation.details;
    try {
      const params = { created, limit: 100, ...(email === null ? {} : { email }) };
      for await (const { id, metadata } of this.stripe.customers.list(params)) {
        if (metadata[CUSTOMER_KEY] === customerId) return { kind: 'created', stripeCustomer: id };
      }
      return { kind: 'missing' };
    } catch (error) {
      return silenceOf(error);
    }
  }

  /** Without an idempotency key: all that stands here is sent each time, and under a key a 500 would be replayed. */
  override async update(stripeCustomer: string, customer: Customer): Promise<UpdateAnswer> {
    try {
      const seen = await this.stripe.customers.update(stripeCustomer, updateParams(customer.snapshot()));
      if (!isCustomer(seen)) return unreadable();
      return isDeleted(seen) ? { kind: 'deleted' } : { kind: 'updated' };
    } catch (error) {
      if (isMissing(error)) return { kind: 'deleted' };
      const effect = effectOf(error);
      return effect.kind === 'refused' ? { kind: 'refused', refusal: refusalOf(effect.error) } : noAnswer(effect);
    }
  }

  override async read(stripeCustomer: string): Promise<CustomerReading> {
    try {
      const seen: Stripe.Customer | Stripe.DeletedCustomer = await this.stripe.customers.retrieve(stripeCustomer);
      if (!isCustomer(seen)) return unreadable();
      return isDeleted(seen) ? { kind: 'deleted' } : { kind: 'found', defaultPaymentMethod: defaultMethodOf(seen) };
    } catch (error) {
      return isMissing(error) ? { kind: 'deleted' } : silenceOf(error);
    }
  }
}

function isDeleted(customer: Stripe.Customer | Stripe.DeletedCustomer): customer is Stripe.DeletedCustomer {
  return customer.deleted === true;
}

function unreadable(): NoAnswer {
  return { kind: 'unavailable', message: 'Stripe answered with something that is no customer.' };
}

function noAnswer(effect: Exclude<Effect, { kind: 'refused' }>): NoAnswer {
  return { ...effect, kind: 'unavailable' };
}
