import type { Clock } from './clock';
import type { Faults } from './faults';
import type { Settings } from './settings';
import type { Transaction } from './store';

/** The version whose objects the simulator shows; the SDK pins the same. */
export const API_VERSION = '2026-09-30.endive';

export interface Origin {
  requestId: string | null;
  idempotencyKey: string | null;
  /** Asked with a publishable key, as Stripe.js does. */
  publishable: boolean;
}

/** What a change works with; it ends with the transaction. */
export interface Context {
  readonly tx: Transaction;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly settings: Settings;
  readonly publicUrl: string;
  readonly accountId: string;
  readonly origin: Origin;
  /** Deliveries begun by this change, to be started once the answer is written. */
  readonly deliveries: string[];
}
