import type { PaymentMethodDetails } from '../../domain/customer/payment-method';
import type { Silence } from '../shared/failure-class';

export interface PaymentMethodSight {
  readonly id: string;
  readonly details: PaymentMethodDetails;
  /** Stripe's customer that it is attached to; null when it is detached. */
  readonly stripeCustomer: string | null;
}

export type PaymentMethodReading =
  | { readonly kind: 'found'; readonly seen: PaymentMethodSight }
  | { readonly kind: 'missing' }
  | ({ readonly kind: 'unavailable' } & Silence);

export type DetachAnswer =
  /** Also when it was detached before. */
  | { readonly kind: 'detached' }
  | { readonly kind: 'refused'; readonly code: string }
  | ({ readonly kind: 'unavailable' } & Silence);

export type SubscriptionsReading =
  { readonly kind: 'read'; readonly subscriptions: readonly string[] } | ({ readonly kind: 'unavailable' } & Silence);

/** Saved payment methods at Stripe. No call is made inside a transaction, and none throws for what Stripe answers. */
export abstract class PaymentMethodGateway {
  declare protected readonly port: 'PaymentMethodGateway';

  abstract read(id: string): Promise<PaymentMethodReading>;
  abstract detach(id: string): Promise<DetachAnswer>;
  /**
   * The subscriptions of a customer that are alive and would be charged to this method: by their own choice of it, or
   * because they have none and it is the customer's default.
   */
  abstract liveSubscriptionsOn(id: string, stripeCustomer: string): Promise<SubscriptionsReading>;
}
