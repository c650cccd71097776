/** Why a person may not settle what is in doubt in this way. Nothing was changed. */
export type SettleProblem =
  | { readonly kind: 'not_found' }
  /** It is settled, or is under way for the first time. */
  | { readonly kind: 'not_in_doubt' }
  /** What Stripe shows is not what this asked for: each way in which it differs. */
  | { readonly kind: 'not_its_own'; readonly differences: readonly string[] }
  /** It may still be at work at Stripe until then. */
  | { readonly kind: 'too_early'; readonly from: Date }
  /** It had an effect: that is to be adopted. */
  | { readonly kind: 'has_effect'; readonly object: string }
  /** Another kind of object proves it, or none. */
  | { readonly kind: 'wrong_proof'; readonly takes: string }
  | { readonly kind: 'stripe_unreachable' };
