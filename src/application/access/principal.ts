export const ROLES = ['customer', 'support', 'finance', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Roles of people and programs that work for the merchant: an API key never has the role of a customer. */
export const STAFF_ROLES = ['support', 'finance', 'admin'] as const satisfies readonly Role[];
export type StaffRole = (typeof STAFF_ROLES)[number];

/** Who asks, once that is proven. */
export interface Principal {
  readonly kind: 'api_key' | 'token';
  /** Under what its idempotency keys are kept: `key:key_…`, `sub:<subject>`, or `role:<role>` for a token without one. */
  readonly id: string;
  readonly role: Role;
  /** The `sub` of a token. A customer always has one, and sees what was made for it. */
  readonly subject: string | null;
}

export function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value);
}

export function isStaffRole(value: unknown): value is StaffRole {
  return (STAFF_ROLES as readonly unknown[]).includes(value);
}
