import type { DisputeObservation } from '../../domain/dispute/dispute';

export type DisputeReading =
  | { readonly kind: 'found'; readonly seen: DisputeObservation }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unavailable'; readonly message: string };

/** Disputes at Stripe. No call is made inside a transaction. */
export abstract class DisputeGateway {
  declare protected readonly port: 'DisputeGateway';

  abstract read(id: string): Promise<DisputeReading>;
  /** The ids of all that were opened since, or of all there are, in pages. @throws GatewayUnavailable */
  abstract openedSince(since: Date | null): AsyncIterable<readonly string[]>;
}
