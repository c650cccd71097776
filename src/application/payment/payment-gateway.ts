import type { Money } from '../../domain/shared/money';
import type { Attempt, Doubt } from '../../domain/payment/attempt';
import type { IntentObservation, ObservedCharge, PaymentFailure } from '../../domain/payment/intent-observation';
import type { Payment } from '../../domain/payment/payment';
import type { Proof } from '../../domain/payment/settlement';
import type { Silence } from '../shared/failure-class';

interface Answered {
  /** Stripe's id of the request. */
  readonly request: string | null;
  /** It is the first answer to this attempt once more: what it shows may be old. */
  readonly replayed: boolean;
}

/** What came of sending an attempt. */
export type GatewayAnswer =
  | ({ readonly kind: 'accepted'; readonly seen: IntentObservation } & Answered)
  | ({
      readonly kind: 'declined';
      readonly failure: PaymentFailure;
      readonly charge: string | null;
      readonly seen: IntentObservation | null;
    } & Answered)
  /** Refused by Stripe: it had no effect and never will. */
  | ({
      readonly kind: 'rejected';
      readonly code: string;
      readonly message: string;
      readonly seen: IntentObservation | null;
    } & Answered)
  /** It may or may not have had its effect. */
  | { readonly kind: 'unknown'; readonly doubt: Doubt; readonly message: string }
  /** It provably had no effect, and the same may be sent again. */
  | ({ readonly kind: 'never_reached' } & Silence);

/** What became of an attempt: Stripe's answer to it, or what was found out afterwards. */
export type AttemptFinding =
  GatewayAnswer | { readonly kind: 'proven'; readonly proof: Proof; readonly seen: IntentObservation };

export type GatewayReading =
  | { readonly kind: 'found'; readonly seen: IntentObservation }
  | { readonly kind: 'missing' }
  | ({ readonly kind: 'unavailable' } & Silence);

/** A page of all intents of a time, newest first: those that Cashdesk made. */
export type IntentPage =
  /** `next`: after which the next page begins; null at the end of the list. */
  | { readonly kind: 'page'; readonly seen: readonly IntentObservation[]; readonly next: string | null }
  | ({ readonly kind: 'unavailable' } & Silence);

/** The way to Stripe. No call is made inside a transaction. */
export abstract class PaymentGateway {
  declare protected readonly port: 'PaymentGateway';

  /** Why Stripe cannot take this amount of this currency; null when it can. Asks nobody. */
  abstract refusal(money: Money): string | null;
  /** The same for a part that is captured: the whole was judged before, so only its last digits matter. */
  abstract captureRefusal(part: Money): string | null;
  /** Why nothing would be sent at the moment, known without asking; null where it may be tried. */
  pause(): Silence | null {
    return null;
  }
  /** Sends an attempt, under the idempotency key that derives from its id. Never throws for what Stripe answers. */
  abstract send(payment: Payment, attempt: Attempt): Promise<GatewayAnswer>;
  abstract read(intent: string): Promise<GatewayReading>;
  /** All charges of an intent that came to an end, oldest first. @throws GatewayUnavailable */
  abstract charges(intent: string): Promise<ObservedCharge[]>;
  /** A page of the complete list of intents that were made in a time, never a search. @param after where the page before ended. */
  abstract listCreated(from: Date, to: Date, after: string | null): Promise<IntentPage>;
}
