import type { Customer, CustomerRefusal } from '../../domain/customer/customer';

export type CustomerAnswer =
  | { readonly kind: 'taken'; readonly stripeCustomer: string }
  /** Stripe will never take it as it is. */
  | { readonly kind: 'refused'; readonly refusal: CustomerRefusal }
  /** It was deleted at Stripe. */
  | { readonly kind: 'deleted' }
  /** No answer, or none that says anything: the same may be told again. */
  | { readonly kind: 'unavailable'; readonly message: string };

/** Customers at Stripe. No call is made inside a transaction, and none throws for what Stripe answers. */
export abstract class CustomerGateway {
  declare protected readonly port: 'CustomerGateway';

  /** Makes it, or brings it up to date; telling the same revision again has no further effect. */
  abstract put(customer: Customer): Promise<CustomerAnswer>;
  abstract isDeleted(stripeCustomer: string): Promise<boolean | 'unavailable'>;
}
