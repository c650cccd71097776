import type { StaffRole } from './principal';
import type { Scope } from './scopes';

/** A key as it is stored: its secret is not, only the hash of it. */
export interface ApiKey {
  /** `key_…` */
  readonly id: string;
  readonly name: string;
  readonly role: StaffRole;
  /** Null: all that its role may. */
  readonly scopes: readonly Scope[] | null;
  readonly secretHash: Uint8Array;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly rotatedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** The secret from before the rotation, while it is still taken. */
export interface PreviousSecret {
  readonly secretHash: Uint8Array;
  readonly until: Date;
}

/** A key as it stands by the clock of the database, which is the same one for every instance. */
export interface StandingApiKey extends ApiKey {
  readonly expired: boolean;
  readonly previous: PreviousSecret | null;
  /** To the minute or so. */
  readonly lastUsedAt: Date | null;
}

export abstract class ApiKeys {
  declare protected readonly port: 'ApiKeys';

  abstract add(key: ApiKey): Promise<void>;
  /** As it stands now, not as it stood a moment ago: a revocation counts from the next question on, on every instance. */
  abstract findById(id: string): Promise<StandingApiKey | null>;
  /** Newest first, revoked ones included. */
  abstract list(): Promise<StandingApiKey[]>;
  /** @returns false when no key of this id is in force. */
  abstract revoke(id: string, at: Date): Promise<boolean>;
  /**
   * Gives the key another secret. The one that it has stays valid for `overlap` milliseconds; one that was still valid
   * from an earlier rotation ends. @returns null when no key of this id is in force.
   */
  abstract rotate(id: string, secretHash: Uint8Array, overlap: number): Promise<StandingApiKey | null>;
  /** Notes that the key was used, soon and not each time. Nobody waits for it, and it does not fail. */
  abstract noteUse(key: StandingApiKey): void;
}
