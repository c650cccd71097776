import type { Creation, Customer, CustomerRefusal } from '../../domain/customer/customer';
import type { Silence } from '../shared/failure-class';

/** No answer, or none that says anything. */
export interface NoAnswer extends Silence {
  readonly kind: 'unavailable';
}

/** Stripe will never take it as it is. */
export interface CustomerRefused {
  readonly kind: 'refused';
  readonly refusal: CustomerRefusal;
}

export type CreationAnswer =
  | { readonly kind: 'created'; readonly stripeCustomer: string }
  | CustomerRefused
  /** Stripe failed, and repeats that under this key: whether it was made is found out by looking. */
  | { readonly kind: 'failed_at_stripe'; readonly message: string }
  | NoAnswer;

export type UpdateAnswer = { readonly kind: 'updated' } | CustomerRefused | { readonly kind: 'deleted' } | NoAnswer;

export type CreationFinding =
  { readonly kind: 'created'; readonly stripeCustomer: string } | { readonly kind: 'missing' } | NoAnswer;

export type CustomerReading =
  { readonly kind: 'found'; readonly defaultPaymentMethod: string | null } | { readonly kind: 'deleted' } | NoAnswer;

/** Customers at Stripe. No call is made inside a transaction, and none throws for what Stripe answers. */
export abstract class CustomerGateway {
  declare protected readonly port: 'CustomerGateway';

  /** Under an idempotency key that derives from the customer's id and the revision of its creation. */
  abstract create(customerId: string, creation: Creation): Promise<CreationAnswer>;
  /** Looks for what a creation made in complete lists, never by search, which lags. */
  abstract findCreated(customerId: string, creation: Creation): Promise<CreationFinding>;
  /** Brings it up to date with all that stands here; doing it again has no further effect. */
  abstract update(stripeCustomer: string, customer: Customer): Promise<UpdateAnswer>;
  abstract read(stripeCustomer: string): Promise<CustomerReading>;
}
