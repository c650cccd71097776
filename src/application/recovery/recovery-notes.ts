import type { RecoveryKind } from './recovery-queries';

export type Verdict = 'adopted' | 'no_effect' | 'attention_closed';

/** What a person settled, and why. */
export interface RecoveryNote {
  readonly kind: Exclude<RecoveryKind, 'customer'>;
  readonly subject: string;
  readonly verdict: Verdict;
  /** What Stripe showed and was adopted: `pi_…`. */
  readonly stripeObject: string | null;
  readonly by: string;
  /** Personal data may stand in it. */
  readonly note: string;
}

export interface KeptNote extends RecoveryNote {
  readonly at: string;
}

/** Kept for good, beside what it is about. */
export abstract class RecoveryNotes {
  declare protected readonly port: 'RecoveryNotes';

  abstract keep(note: RecoveryNote): Promise<void>;
  /** Oldest first. */
  abstract of(subject: string): Promise<KeptNote[]>;
}
