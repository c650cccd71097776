/** Why a customer was neither made nor changed. */
export type CustomerProblem =
  | { readonly kind: 'customer_not_found' }
  | { readonly kind: 'subject_taken'; readonly customerId: string }
  | { readonly kind: 'idempotency_key_reused' };
