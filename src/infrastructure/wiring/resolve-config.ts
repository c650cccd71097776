import type { CipherKey } from '../crypto/aes-gcm-cipher';
import type { SandboxSecrets } from '../settings/sandbox-files';
import { readRefundPolicies } from '../settings/refund-policies-file';
import { SettingsError, type Settings } from '../settings/settings';
import type { WebhookSecret } from '../stripe/stripe-webhook-verifier';
import type { ServiceConfig } from './service-config';

/** The sandbox's own parts, for what no setting names. */
export interface SandboxParts {
  readonly databaseUrl: string | null;
  readonly stripeApiUrl: string | null;
  readonly secrets: SandboxSecrets | null;
}

/** Settings first, the sandbox's parts for the rest. @throws SettingsError when neither has what is needed. */
export function resolveConfig(settings: Settings, sandbox: SandboxParts): ServiceConfig {
  const { secrets } = sandbox;
  const simulated = settings.STRIPE_SECRET_KEY === undefined;
  const apiUrl = simulated ? sandbox.stripeApiUrl : (settings.STRIPE_API_URL ?? null);
  return {
    settings,
    databaseUrl: need('DATABASE_URL', settings.DATABASE_URL ?? sandbox.databaseUrl),
    stripe: {
      secretKey: need('STRIPE_SECRET_KEY', settings.STRIPE_SECRET_KEY ?? secrets?.stripeSecretKey),
      ...(apiUrl === null ? {} : { apiUrl }),
      timeout: settings.STRIPE_TIMEOUT_MS,
    },
    stripeRequestsPerSecond: requestsPerSecond(apiUrl, settings),
    webhookSecrets: webhookSecrets(
      need('STRIPE_WEBHOOK_SECRET', simulated ? secrets?.webhookSecret : settings.STRIPE_WEBHOOK_SECRET),
    ),
    trustedProxies: settings.TRUSTED_PROXIES?.split(',') ?? [],
    webhookAllowedIps: settings.STRIPE_WEBHOOK_ALLOWED_IPS?.split(',') ?? [],
    jwtSecret: jwtSecret(settings, secrets),
    encryptionKeys: keyRing(need('ENCRYPTION_KEYS', settings.ENCRYPTION_KEYS ?? secrets?.encryptionKeys)),
    refundPolicies: readRefundPolicies(settings.REFUND_POLICIES),
    sandbox: simulated,
  };
}

/**
 * By default four fifths of what Stripe takes from an account in live mode and in a sandbox, 100 and 25 requests a second, for others
 * use the account as well.
 */
function requestsPerSecond(apiUrl: string | null, settings: Settings): number | null {
  const { STRIPE_REQUESTS_PER_SECOND: given, STRIPE_SECRET_KEY: key } = settings;
  if (given !== undefined || apiUrl !== null) return given ?? null;
  return key?.includes('_live_') === true ? 80 : 20;
}

/** With keys of its own signer, a service of Stripe's takes no token that the sandbox's secret signed. */
function jwtSecret(
  { JWT_SECRET, JWKS_URL, STRIPE_SECRET_KEY }: Settings,
  secrets: SandboxSecrets | null,
): string | null {
  if (JWT_SECRET === undefined && JWKS_URL !== undefined && STRIPE_SECRET_KEY !== undefined) return null;
  return need('JWT_SECRET', JWT_SECRET ?? secrets?.jwtSecret);
}

function need(name: string, value: string | null | undefined): string {
  if (value === null || value === undefined)
    throw new SettingsError([`${name} is missing, and no sandbox stands in for it.`]);
  return value;
}

function webhookSecrets(text: string): WebhookSecret[] {
  return text.split(',').map((part) => {
    const [secret = '', until] = part.split('@');
    const expiresAt = until === undefined ? null : new Date(until);
    if (expiresAt !== null && Number.isNaN(expiresAt.getTime())) {
      throw new SettingsError(['STRIPE_WEBHOOK_SECRET has a time that is none; write whsec_…@2026-12-01T00:00:00Z.']);
    }
    return { secret, expiresAt };
  });
}

function keyRing(text: string): CipherKey[] {
  return text.split(',').map((part) => {
    const colon = part.indexOf(':');
    return { id: part.slice(0, colon), key: Buffer.from(part.slice(colon + 1), 'base64') };
  });
}
