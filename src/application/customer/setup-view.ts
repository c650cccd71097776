import type { Setup, SetupFailure, SetupStatus, SetupUsage } from '../../domain/customer/setup';

export interface ConsentView {
  readonly textVersion: string;
  readonly at: string;
}

/** The saving of a payment method as it is shown, without its client secret. Plain JSON. */
export interface SetupView {
  readonly id: string;
  readonly customer: string;
  /** `unknown` while it is being found out whether Stripe made it. */
  readonly status: SetupStatus | 'unknown';
  readonly usage: SetupUsage;
  readonly paymentMethod: string | null;
  readonly consent: ConsentView;
  readonly nextAction: { readonly type: string } | null;
  readonly failure: SetupFailure | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What the customer's browser needs to finish a setup. Secret: whoever has it may finish it. */
export interface SetupFinishing {
  readonly clientSecret: string | null;
  /** Where the customer authenticates; it may carry the client secret. */
  readonly redirectUrl: string | null;
}

export function setupViewOf(setup: Setup): SetupView {
  const { id, customerId, status, usage, paymentMethod, consent, nextAction, failure, ...rest } = setup.snapshot();
  return {
    ...{ id, customer: customerId, usage, paymentMethod, nextAction, failure },
    status: setup.isUnknown ? 'unknown' : status,
    consent: { textVersion: consent.textVersion, at: consent.at.toISOString() },
    createdAt: rest.createdAt.toISOString(),
    updatedAt: rest.updatedAt.toISOString(),
  };
}

export function finishingOf(setup: Setup): SetupFinishing {
  const { clientSecret, redirectUrl } = setup.snapshot();
  return { clientSecret, redirectUrl };
}
