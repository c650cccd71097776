import type { Setup, SetupFailure, SetupObservation } from '../../domain/customer/setup';

export type SetupAnswer =
  | { readonly kind: 'accepted'; readonly seen: SetupObservation }
  /** Refused or declined; `seen` where Stripe made the setup all the same. */
  | { readonly kind: 'refused'; readonly failure: SetupFailure; readonly seen: SetupObservation | null }
  /** It may or may not have had its effect: the same may be sent again under the same key, for under 23 hours. */
  | { readonly kind: 'unknown'; readonly message: string }
  /** It provably had no effect. */
  | { readonly kind: 'never_reached'; readonly message: string };

export type SetupReading =
  | { readonly kind: 'found'; readonly seen: SetupObservation }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unavailable'; readonly message: string };

/** SetupIntents at Stripe. No call is made inside a transaction, and none throws for what Stripe answers. */
export abstract class SetupGateway {
  declare protected readonly port: 'SetupGateway';

  /** Under the idempotency key of the setup, so that sending it again makes no second one. */
  abstract create(setup: Setup): Promise<SetupAnswer>;
  abstract read(setupIntent: string): Promise<SetupReading>;
}
