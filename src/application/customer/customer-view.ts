import type { Address, Customer, CustomerRefusal } from '../../domain/customer/customer';

/**
 * `pending` until Stripe has taken the last change; `refused` when it will not as it stands; `deleted` there, until it is
 * needed again.
 */
export const STRIPE_STATUSES = ['in_step', 'pending', 'refused', 'deleted'] as const;
export type StripeStatus = (typeof STRIPE_STATUSES)[number];

/** A customer as staff see it. Plain JSON, with personal data. */
export interface CustomerView {
  readonly id: string;
  readonly subject: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly address: Address | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly defaultPaymentMethod: string | null;
  /** Stripe's `cus_…`. */
  readonly stripeCustomer: string | null;
  readonly stripeStatus: StripeStatus;
  readonly refusal: CustomerRefusal | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export function customerViewOf(customer: Customer): CustomerView {
  const props = customer.snapshot();
  const { id, subject, email, name, phone, address, metadata, defaultPaymentMethod, stripeCustomer, refusal } = props;
  return {
    ...{ id, subject, email, name, phone, address, metadata, defaultPaymentMethod, stripeCustomer, refusal },
    stripeStatus: stripeStatusOf(customer),
    createdAt: props.createdAt.toISOString(),
    updatedAt: props.updatedAt.toISOString(),
  };
}

function stripeStatusOf(customer: Customer): StripeStatus {
  if (customer.snapshot().refusal !== null) return 'refused';
  if (customer.isGoneAtStripe) return 'deleted';
  return customer.isInStep ? 'in_step' : 'pending';
}
