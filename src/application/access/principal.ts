import type { Scope } from './scopes';

export const ROLES = ['customer', 'support', 'finance', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Roles of people and programs that work for the merchant: an API key never has the role of a customer. */
export const STAFF_ROLES = ['support', 'finance', 'admin'] as const satisfies readonly Role[];
export type StaffRole = (typeof STAFF_ROLES)[number];

/** Who asks, once that is proven. */
export interface Principal {
  readonly kind: 'api_key' | 'token';
  /**
   * Under what its idempotency keys are kept: `key:key_…`; `sub:<subject>` of staff, and `role:<role>` of a token without
   * one; `customer:<blind index of the subject>`.
   */
  readonly id: string;
  readonly role: Role;
  /** What an API key was narrowed to; null for all that the role may. */
  readonly scopes: readonly Scope[] | null;
  /** The `sub` of a token. A customer always has one, by which they are recognised under /billing. */
  readonly subject: string | null;
}

/** Of what the role may, whether this is left. */
export function hasScope({ scopes }: Pick<Principal, 'scopes'>, scope: Scope): boolean {
  return scopes?.includes(scope) ?? true;
}

export function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value);
}

export function isStaffRole(value: unknown): value is StaffRole {
  return (STAFF_ROLES as readonly unknown[]).includes(value);
}
