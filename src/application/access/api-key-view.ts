import type { StandingApiKey } from './api-keys';
import type { StaffRole } from './principal';
import type { Scope } from './scopes';

/** A key as it is shown: nothing in it helps to use it. */
export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly role: StaffRole;
  /** Null: all that its role may. */
  readonly scopes: readonly Scope[] | null;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  /** To the minute or so. */
  readonly lastUsedAt: string | null;
  readonly rotatedAt: string | null;
  /** Until when the secret from before the rotation is taken too. */
  readonly previousUntil: string | null;
  readonly revokedAt: string | null;
}

export function viewOfApiKey(key: StandingApiKey): ApiKeyView {
  const { id, name, role, scopes } = key;
  return {
    id,
    name,
    role,
    scopes,
    createdAt: key.createdAt.toISOString(),
    expiresAt: text(key.expiresAt),
    lastUsedAt: text(key.lastUsedAt),
    rotatedAt: text(key.rotatedAt),
    previousUntil: text(key.previous?.until ?? null),
    revokedAt: text(key.revokedAt),
  };
}

function text(time: Date | null): string | null {
  return time?.toISOString() ?? null;
}
