import type { Page } from '../shared/page';

/** What can be in doubt towards Stripe, or listed for a person. By the beginning of its id it is known which it is. */
export const RECOVERY_KINDS = ['attempt', 'payment', 'refund', 'setup', 'submission', 'customer'] as const;
export type RecoveryKind = (typeof RECOVERY_KINDS)[number];

const PREFIXES: Readonly<Record<string, RecoveryKind>> = {
  att: 'attempt',
  pay: 'payment',
  ref: 'refund',
  set: 'setup',
  evs: 'submission',
  cus: 'customer',
};

export function kindOfId(id: string): RecoveryKind | null {
  return PREFIXES[id.split('_')[0] ?? ''] ?? null;
}

export interface RecoveryItem {
  readonly id: string;
  readonly kind: RecoveryKind;
  /** The payment, customer or dispute that it belongs to; null where it is one itself. */
  readonly about: string | null;
  /** `create 4999 gbp`. */
  readonly what: string;
  readonly state: string;
  /** When it was first sent, or first listed. */
  readonly since: string;
  readonly checks: number;
  /** When it is looked at again; null where nobody looks by themselves. */
  readonly nextCheckAt: string | null;
  /** Why a person must look at it; null while it is being found out. */
  readonly attention: string | null;
}

/** All that is known of one. */
export interface RecoveryDetails extends RecoveryItem {
  /** What was asked, when it left, under which key, what came back, how it is looked at: by name. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** From when on a person may state that it had no effect; null where nobody may. */
  readonly noEffectFrom: string | null;
}

export interface RecoveryFilter {
  readonly kind?: RecoveryKind;
  /** Only what a person must look at. */
  readonly attention?: boolean;
}

/** What is in doubt or waits for a person, of all kinds: oldest first, straight from the store. */
export abstract class RecoveryQueries {
  declare protected readonly port: 'RecoveryQueries';

  /** @param cursor from the page before. @throws InvalidCursor */
  abstract list(filter: RecoveryFilter, limit: number, cursor: string | null): Promise<Page<RecoveryItem>>;
  /** Null when it is neither in doubt nor listed. */
  abstract get(id: string): Promise<RecoveryDetails | null>;
}
