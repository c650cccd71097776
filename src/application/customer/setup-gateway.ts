import type { Setup, SetupFailure, SetupObservation } from '../../domain/customer/setup';
import type { PaymentMethodSight } from './payment-method-gateway';
import type { Silence } from '../shared/failure-class';

/** A SetupIntent as Stripe shows it. */
export interface SetupSight {
  /** The setup of ours that it was made for, by its metadata. */
  readonly setupId: string | null;
  /** Stripe's customer that it saves for. */
  readonly stripeCustomer: string | null;
  readonly seen: SetupObservation;
  /** The payment method as it stood in the same moment, where Stripe shows it. */
  readonly method: PaymentMethodSight | null;
}

export type SetupAnswer =
  | { readonly kind: 'accepted'; readonly sight: SetupSight }
  /** Refused or declined; `sight` where Stripe made the setup all the same. */
  | {
      readonly kind: 'refused';
      readonly failure: SetupFailure;
      readonly sight: SetupSight | null;
      readonly because?: 'declined' | 'invalid';
    }
  /** It may or may not have had its effect: the same may be sent again under the same key, for under 23 hours. */
  | { readonly kind: 'unknown'; readonly message: string }
  /** It provably had no effect. */
  | ({ readonly kind: 'never_reached' } & Silence);

export type SetupReading =
  | { readonly kind: 'found'; readonly sight: SetupSight }
  | { readonly kind: 'missing' }
  | ({ readonly kind: 'unavailable' } & Silence);

/** SetupIntents at Stripe. No call is made inside a transaction, and none throws for what Stripe answers. */
export abstract class SetupGateway {
  declare protected readonly port: 'SetupGateway';

  /** Under the idempotency key of the setup, so that sending it again makes no second one. */
  abstract create(setup: Setup): Promise<SetupAnswer>;
  abstract read(setupIntent: string): Promise<SetupReading>;
  /** Looks for what a setup made in the complete list of its customer, never by search, which lags. */
  abstract findCreated(setup: Setup): Promise<SetupReading>;
}
