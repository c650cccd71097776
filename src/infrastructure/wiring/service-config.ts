import type { DatabaseOptions } from '../postgres/data-source';
import type { PoliciesVersion } from '../settings/refund-policies-file';
import type { Settings } from '../settings/settings';
import { Logger } from '@nestjs/common';
import type { CipherKey } from '../crypto/aes-gcm-cipher';
import type { WebhookSecret } from '../stripe/stripe-webhook-verifier';

/** Everything that the service needs to know, with the sandbox's own parts filled in. */
export interface ServiceConfig {
  readonly settings: Settings;
  readonly databaseUrl: string;
  readonly stripe: { readonly secretKey: string; readonly apiUrl?: string; readonly timeout: number };
  /** Requests to Stripe a second that this process sends at most; null for as many as come. */
  readonly stripeRequestsPerSecond: number | null;
  readonly webhookSecrets: readonly WebhookSecret[];
  readonly trustedProxies: readonly string[];
  readonly webhookAllowedIps: readonly string[];
  /** Null when tokens are signed with the keys at `JWKS_URL` only. */
  readonly jwtSecret: string | null;
  readonly encryptionKeys: readonly CipherKey[];
  readonly refundPolicies: PoliciesVersion;
  /** With the simulator behind it: its conveniences are on. */
  readonly sandbox: boolean;
}

export function databaseOptions({ databaseUrl, settings }: ServiceConfig): DatabaseOptions {
  return {
    url: databaseUrl,
    poolSize: settings.DATABASE_POOL_SIZE,
    acquireTimeout: settings.DATABASE_ACQUIRE_TIMEOUT_MS,
    statementTimeout: settings.DATABASE_STATEMENT_TIMEOUT_MS,
    slowQuery: settings.SLOW_QUERY_MS,
    onSlowQuery: (milliseconds, statement) => {
      new Logger('database').warn({ msg: 'slow query', milliseconds, statement });
    },
  };
}
