import type { Doubt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import type { Refund } from '../../domain/refund/refund';
import type { RefundSight } from '../../domain/refund/refund-sight';
import type { Money } from '../../domain/shared/money';
import type { Silence } from '../shared/failure-class';

/** What came of asking Stripe for a refund. */
export type RefundAnswer =
  | { readonly kind: 'accepted'; readonly seen: RefundSight }
  /** Refused by Stripe: it had no effect and never will. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** It may or may not have had its effect. */
  | { readonly kind: 'unknown'; readonly doubt: Doubt; readonly message: string }
  /** It provably had no effect, and the same may be sent again. */
  | ({ readonly kind: 'never_reached' } & Silence);

/** The way to Stripe for refunds. No call is made inside a transaction. */
export abstract class RefundGateway {
  declare protected readonly port: 'RefundGateway';

  /** Why Stripe cannot take this part of what was captured; null when it can. Asks nobody. */
  abstract refusal(part: Money): string | null;
  /** Sends the refund, under the key that derives from its id. Never throws for what Stripe answers. */
  abstract send(payment: Payment, refund: Refund): Promise<RefundAnswer>;
  /** All refunds of an intent as they are now, oldest first: the complete list, never a search. @throws GatewayUnavailable */
  abstract list(intent: string): Promise<RefundSight[]>;
}
