import type { SeenPayout } from '../../domain/ledger/payout';
import type { SeenMovement } from './balance-gateway';

/** How far back the mirror reaches. */
export interface MirroredHistory {
  /** The oldest balance transaction that was read on the way back; null before the first. */
  readonly oldest: string | null;
  /** Nothing is older. Until then nothing is posted: money would go back before it came. */
  readonly complete: boolean;
  readonly movements: number;
}

export interface PayoutChange {
  readonly payout: SeenPayout;
  /** Null for one that is new. */
  readonly before: string | null;
}

/** Stripe's balance transactions and payouts as they were seen, kept here. */
export abstract class BalanceMirror {
  declare protected readonly port: 'BalanceMirror';

  /** @returns how many were not known. */
  abstract keep(movements: readonly SeenMovement[]): Promise<number>;

  /** Which of them are not kept yet. */
  abstract unknown(ids: readonly string[]): Promise<string[]>;

  abstract history(): Promise<MirroredHistory>;

  /** Goes on from `from`, unless somebody else did. */
  abstract reached(from: string | null, oldest: string | null, complete: boolean): Promise<void>;

  /** @returns those whose status is another one than before. */
  abstract keepPayouts(payouts: readonly SeenPayout[]): Promise<PayoutChange[]>;

  abstract openPayouts(most: number): Promise<string[]>;
}
