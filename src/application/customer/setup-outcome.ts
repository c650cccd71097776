import type { CustomerRefusal } from '../../domain/customer/customer';
import type { Setup, SetupFailure } from '../../domain/customer/setup';
import { finishingOf, setupViewOf, type SetupFinishing, type SetupView } from './setup-view';

/** A setup, and apart from it what only the one who may finish it is given. */
export interface ShownSetup {
  readonly setup: SetupView;
  readonly finishing: SetupFinishing;
}

/** What came of asking Stripe for a setup. */
export type SetupOutcome = ShownSetup &
  (
    | { readonly kind: 'done' }
    /** Stripe made it, but this payment method cannot be saved; another one may be tried with the client secret. */
    | { readonly kind: 'declined'; readonly failure: SetupFailure }
    /** Stripe did not make it, and nothing can come of it. */
    | { readonly kind: 'rejected'; readonly failure: SetupFailure }
    /** Still being found out: the same request with the same key asks again. */
    | { readonly kind: 'in_doubt' }
    /** Stripe was not reached; nothing happened. The same request with the same key tries again. */
    | { readonly kind: 'unreachable' }
  );

/** Why nothing was asked of Stripe. Nothing was stored. */
export type SetupProblem =
  | { readonly kind: 'customer_not_found' }
  /** Stripe does not take the customer as it stands. */
  | { readonly kind: 'customer_refused'; readonly refusal: CustomerRefusal }
  /** Stripe does not know the customer yet, and does not answer. */
  | { readonly kind: 'stripe_unreachable' }
  /** The payment method is another customer's. */
  | { readonly kind: 'payment_method_not_found' }
  | { readonly kind: 'idempotency_key_reused' }
  | { readonly kind: 'too_many_in_flight' }
  | { readonly kind: 'too_many_in_flight_for_customer' };

export function shownSetup(setup: Setup): ShownSetup {
  return { setup: setupViewOf(setup), finishing: finishingOf(setup) };
}

/** By the setup as it stands. */
export function setupOutcomeOf(setup: Setup): SetupOutcome {
  const shown = shownSetup(setup);
  const { status, failure } = setup.snapshot();
  if (setup.isUnknown) return { ...shown, kind: 'in_doubt' };
  if (failure !== null && status === 'failed') return { ...shown, kind: 'rejected', failure };
  if (failure !== null && status === 'requires_payment_method') return { ...shown, kind: 'declined', failure };
  return { ...shown, kind: 'done' };
}
