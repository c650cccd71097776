import type { MovementSource } from '../../domain/ledger/balance-movement';
import type { SeenPayout } from '../../domain/ledger/payout';

/** One of Stripe's balance transactions as Stripe shows it, in units of the ledger. */
export interface SeenMovement {
  readonly id: string;
  readonly type: string;
  readonly category: string;
  readonly currency: string;
  readonly amount: number;
  readonly fee: number;
  readonly net: number;
  /** Between Stripe's units; null where nothing was converted. */
  readonly exchangeRate: number | null;
  readonly original: { readonly amount: number; readonly currency: string } | null;
  readonly source: MovementSource | null;
  readonly paymentIntent: string | null;
  /** The payment of ours that the source names in its metadata. */
  readonly namedPayment: string | null;
  readonly payout: SeenPayout | null;
  readonly at: Date;
  readonly availableAt: Date;
}

export interface MovementPage {
  /** Newest first. */
  readonly movements: readonly SeenMovement[];
  readonly hasMore: boolean;
}

export interface PageRequest {
  /** Only what is older than this balance transaction. */
  readonly before?: string;
  readonly createdSince?: Date;
}

/** Stripe's account of its own balance. Every method throws GatewayUnavailable when Stripe does not answer. */
export abstract class BalanceGateway {
  declare protected readonly port: 'BalanceGateway';

  abstract page(request: PageRequest): Promise<MovementPage>;

  abstract payout(id: string): Promise<SeenPayout | null>;
}
