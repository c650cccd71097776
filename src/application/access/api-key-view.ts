import type { ApiKey } from './api-keys';
import type { StaffRole } from './principal';

/** A key as it is shown: nothing in it helps to use it. */
export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly role: StaffRole;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

export function viewOfApiKey(key: ApiKey): ApiKeyView {
  const { id, name, role, createdAt, revokedAt } = key;
  return { id, name, role, createdAt: createdAt.toISOString(), revokedAt: revokedAt?.toISOString() ?? null };
}
