/** What an API key can be narrowed to. A scope takes away from what the role of the key may; it never adds. */
export const SCOPES = [
  'payments:read',
  'payments:write',
  'customers:read',
  'customers:write',
  'refunds:read',
  'refunds:write',
  'disputes:read',
  'disputes:write',
  'jobs:read',
  'jobs:write',
  'audit:read',
  'metrics:read',
] as const;
export type Scope = (typeof SCOPES)[number];

export function isScope(value: unknown): value is Scope {
  return (SCOPES as readonly unknown[]).includes(value);
}
