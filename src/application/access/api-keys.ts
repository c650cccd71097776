import type { StaffRole } from './principal';

/** A key as it is stored: its secret is not, only the hash of it. */
export interface ApiKey {
  /** `key_…` */
  readonly id: string;
  readonly name: string;
  readonly role: StaffRole;
  readonly secretHash: Uint8Array;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

export abstract class ApiKeys {
  declare protected readonly port: 'ApiKeys';

  abstract add(key: ApiKey): Promise<void>;
  abstract findById(id: string): Promise<ApiKey | null>;
  /** Newest first, revoked ones included. */
  abstract list(): Promise<ApiKey[]>;
  /** @returns false when no key of this id is in force. */
  abstract revoke(id: string, at: Date): Promise<boolean>;
}
