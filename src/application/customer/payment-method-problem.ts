/** Why a saved payment method was not changed. */
export type PaymentMethodProblem =
  /** Unknown, or another customer's. */
  | { readonly kind: 'payment_method_not_found' }
  /** Subscriptions that are alive are charged to it. */
  | { readonly kind: 'payment_method_in_use'; readonly subscriptions: readonly string[] }
  /** It is being detached, or was. */
  | { readonly kind: 'payment_method_detached' }
  /** Stripe does not take it. */
  | { readonly kind: 'rejected'; readonly code: string }
  /** Stripe did not answer what has to be known first. */
  | { readonly kind: 'stripe_unreachable' };
