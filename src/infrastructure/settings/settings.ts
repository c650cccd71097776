import { BlockList, isIPv6 } from 'node:net';
import { plainToInstance, Transform } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Matches, Max, Min, MinLength, validateSync } from 'class-validator';

const asInteger = Transform(({ value }) => (/^\d+$/.test(String(value)) ? Number(value) : (value as unknown)));

const KEY_RING = /^[\w-]{1,32}:[A-Za-z0-9+/]{43}=(,[\w-]{1,32}:[A-Za-z0-9+/]{43}=)*$/;
/** https, or http on this machine; nobody's password, and nothing that could be taken for a host. */
const KEY_SET_ADDRESS =
  /^(https:\/\/[^\s@#/\\]+|http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?)(\/[^\s@#\\]*)?$/;
const NETWORKS = /^[0-9a-fA-F.:]+(\/\d{1,3})?(,[0-9a-fA-F.:]+(\/\d{1,3})?)*$/;
const WEBHOOK_SECRETS = /^whsec_[^,@\s]+(@[^,\s]+)?(,whsec_[^,@\s]+(@[^,\s]+)?)*$/;

/** The settings as they are named in the environment. Each message says the fix; the name is put before it. */
export class Settings {
  @asInteger
  @IsInt({ message: 'must be a port number from 0 to 65535, such as 3000' })
  @Min(0, { message: 'must be a port number from 0 to 65535, such as 3000' })
  @Max(65_535, { message: 'must be a port number from 0 to 65535, such as 3000' })
  readonly PORT: number = 3_000;

  @IsOptional()
  @IsString()
  readonly HOST?: string;

  @IsOptional()
  @Matches(NETWORKS, { message: 'must be IP addresses or networks (127.0.0.1, 10.0.0.0/8) with commas' })
  readonly TRUSTED_PROXIES?: string;

  @IsOptional()
  @Matches(/^postgres(ql)?:\/\//, { message: 'must be like postgresql://user:password@host:5432/database' })
  readonly DATABASE_URL?: string;

  @asInteger
  @IsInt({ message: 'must be a number of connections from 2 to 500' })
  @Min(2, { message: 'must be a number of connections from 2 to 500' })
  @Max(500, { message: 'must be a number of connections from 2 to 500' })
  readonly DATABASE_POOL_SIZE: number = 20;

  @asInteger
  @IsInt({ message: 'must be a number of milliseconds from 100' })
  @Min(100, { message: 'must be a number of milliseconds from 100' })
  readonly DATABASE_ACQUIRE_TIMEOUT_MS: number = 3_000;

  @asInteger
  @IsInt({ message: 'must be a number of milliseconds from 100' })
  @Min(100, { message: 'must be a number of milliseconds from 100' })
  readonly DATABASE_STATEMENT_TIMEOUT_MS: number = 10_000;

  @asInteger
  @IsInt({ message: 'must be a number of milliseconds from 1' })
  @Min(1, { message: 'must be a number of milliseconds from 1' })
  readonly SLOW_QUERY_MS: number = 500;

  @IsOptional()
  @Matches(/^rediss?:\/\//, { message: 'must be like redis://host:6379' })
  readonly REDIS_URL?: string;

  @IsOptional()
  @Matches(/^[sr]k_(test|live)_\w+$/, {
    message: "must be a secret or restricted key of Stripe's: sk_test_…, sk_live_…",
  })
  readonly STRIPE_SECRET_KEY?: string;

  @IsOptional()
  @Matches(/^https?:\/\/[^/]+\/?$/, { message: 'must be an origin such as http://127.0.0.1:12111' })
  readonly STRIPE_API_URL?: string;

  @IsOptional()
  @Matches(WEBHOOK_SECRETS, {
    message: 'must be whsec_…, or several with commas; one being rolled ends at whsec_…@2026-12-01T00:00:00Z',
  })
  readonly STRIPE_WEBHOOK_SECRET?: string;

  @IsOptional()
  @Matches(NETWORKS, { message: 'must be IP addresses or networks (3.18.12.63, 10.0.0.0/8) with commas' })
  readonly STRIPE_WEBHOOK_ALLOWED_IPS?: string;

  @asInteger
  @IsInt({ message: 'must be a number of milliseconds from 100 to 30000' })
  @Min(100, { message: 'must be a number of milliseconds from 100 to 30000' })
  @Max(30_000, { message: 'must be a number of milliseconds from 100 to 30000' })
  readonly STRIPE_TIMEOUT_MS: number = 20_000;

  @asInteger
  @IsOptional()
  @IsInt({ message: 'must be a number of requests from 2' })
  @Min(2, { message: 'must be a number of requests from 2' })
  readonly STRIPE_REQUESTS_PER_SECOND?: number;

  /** After a signal: so long all is answered as before, but for readiness, so that whoever sends requests here learns of it. */
  @IsOptional()
  @asInteger
  @IsInt({ message: 'must be a number of milliseconds from 0 to 10000' })
  @Min(0, { message: 'must be a number of milliseconds from 0 to 10000' })
  @Max(10_000, { message: 'must be a number of milliseconds from 0 to 10000' })
  readonly SHUTDOWN_NOTICE_MS?: number;

  /** How often Stripe's balance is looked at when no event says that it moved. */
  @asInteger
  @IsInt({ message: 'must be a number of milliseconds from 100' })
  @Min(100, { message: 'must be a number of milliseconds from 100' })
  readonly BALANCE_POLL_MS: number = 60_000;

  @asInteger
  @IsInt({ message: 'must be a number of payment operations from 1' })
  @Min(1, { message: 'must be a number of payment operations from 1' })
  readonly PAYMENTS_IN_FLIGHT_MAX: number = 250;

  @asInteger
  @IsInt({ message: 'must be a number of payment operations from 1' })
  @Min(1, { message: 'must be a number of payment operations from 1' })
  readonly PAYMENTS_IN_FLIGHT_PER_CUSTOMER_MAX: number = 8;

  /** How often Stripe's list is asked for events that were not delivered. */
  @asInteger
  @IsInt({ message: 'must be a number of milliseconds from 100' })
  @Min(100, { message: 'must be a number of milliseconds from 100' })
  readonly MISSED_EVENTS_POLL_MS: number = 300_000;

  /** From when on health and the log say that work piles up. */
  @asInteger
  @IsInt({ message: 'must be a number of minutes from 1' })
  @Min(1, { message: 'must be a number of minutes from 1' })
  readonly JOBS_ALERT_MINUTES: number = 15;

  @asInteger
  @IsInt({ message: 'must be a number of jobs from 1' })
  @Min(1, { message: 'must be a number of jobs from 1' })
  readonly JOBS_ALERT_WAITING: number = 10_000;

  @asInteger
  @IsInt({ message: 'must be a number of days from 1' })
  @Min(1, { message: 'must be a number of days from 1' })
  readonly JOBS_KEEP_DISCARDED_DAYS: number = 90;

  @asInteger
  @IsOptional()
  @IsInt({ message: 'must be a port number from 1 to 65535, such as 12111' })
  @Min(1, { message: 'must be a port number from 1 to 65535, such as 12111' })
  @Max(65_535, { message: 'must be a port number from 1 to 65535, such as 12111' })
  readonly STRIPE_SIMULATOR_PORT?: number;

  @IsOptional()
  @MinLength(32, { message: 'must have at least 32 characters: openssl rand -base64 48' })
  readonly JWT_SECRET?: string;

  @IsOptional()
  @Matches(KEY_SET_ADDRESS, {
    message: 'must be like https://id.example.com/.well-known/jwks.json; http is for this machine only',
  })
  readonly JWKS_URL?: string;

  @IsString()
  @MinLength(1, { message: 'must not be empty' })
  readonly JWT_ISSUER: string = 'cashdesk';

  @IsString()
  @MinLength(1, { message: 'must not be empty' })
  readonly JWT_AUDIENCE: string = 'cashdesk';

  @IsOptional()
  @Matches(KEY_RING, {
    message: 'must be id:key, newest first, with commas; a key is made by: openssl rand -base64 32',
  })
  readonly ENCRYPTION_KEYS?: string;

  @IsOptional()
  @IsString()
  readonly REFUND_POLICIES?: string;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    message: 'must be one of fatal, error, warn, info, debug, trace, silent',
  })
  readonly LOG_LEVEL: string = 'info';

  /** Where the sandbox keeps its database, its simulator's data and its secrets. */
  @IsString()
  @MinLength(1, { message: 'must be a folder' })
  readonly CASHDESK_DATA_DIR: string = '.cashdesk';
}

/** One line per wrong setting, ready for a person. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}

/** Reads the settings; an empty value counts as absent. @throws SettingsError */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const known = Object.keys(new Settings()).concat(OPTIONAL);
  const given = Object.fromEntries(known.filter((name) => (env[name] ?? '') !== '').map((name) => [name, env[name]]));
  const settings = plainToInstance(Settings, given, { exposeDefaultValues: true });
  const wrong = validateSync(settings).map(({ property, constraints }) => {
    return `${property} ${Object.values(constraints ?? {})[0] ?? 'is not valid'}.`;
  });
  const lines = [...wrong, ...(wrong.length === 0 ? [...unsound(settings), ...missing(settings)] : [])];
  if (lines.length > 0) throw new SettingsError(lines);
  return settings;
}

const OPTIONAL = [
  'HOST',
  'TRUSTED_PROXIES',
  'DATABASE_URL',
  'REDIS_URL',
  'STRIPE_SECRET_KEY',
  'STRIPE_API_URL',
  'STRIPE_WEBHOOK_SECRET',
  'STRIPE_WEBHOOK_ALLOWED_IPS',
  'STRIPE_SIMULATOR_PORT',
  'STRIPE_REQUESTS_PER_SECOND',
  'JWT_SECRET',
  'JWKS_URL',
  'ENCRYPTION_KEYS',
  'REFUND_POLICIES',
  'SHUTDOWN_NOTICE_MS',
];

/** What has the right shape and is still wrong. */
function unsound(settings: Settings): string[] {
  const { ENCRYPTION_KEYS: ring, JWKS_URL } = settings;
  const lines: string[] = [];
  if (JWKS_URL !== undefined && !URL.canParse(JWKS_URL)) lines.push('JWKS_URL is no address that can be asked.');
  for (const name of ['STRIPE_WEBHOOK_ALLOWED_IPS', 'TRUSTED_PROXIES'] as const) {
    const wrong = settings[name]?.split(',').find((network) => !isNetwork(network));
    if (wrong !== undefined) lines.push(`${name} has ${wrong}, which is no address or network.`);
  }
  const ids = ring?.split(',').map((key) => key.slice(0, key.indexOf(':'))) ?? [];
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) lines.push(`ENCRYPTION_KEYS has two keys with the id ${twice}: give each an id of its own.`);
  return lines;
}

function isNetwork(network: string): boolean {
  const [address = '', bits] = network.split('/');
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  try {
    new BlockList().addSubnet(address, Number(bits ?? 32), family);
    return true;
  } catch {
    return false;
  }
}

/** A key of Stripe's needs a signing secret; one that moves real money lives on nothing that the sandbox made up. */
function missing(settings: Settings): string[] {
  const { STRIPE_SECRET_KEY: key, STRIPE_API_URL: apiUrl } = settings;
  const lines: string[] = [];
  if (key === undefined) {
    if (apiUrl !== undefined)
      lines.push('STRIPE_API_URL is set without STRIPE_SECRET_KEY: set both, or neither for the simulator.');
    return lines;
  }
  if (settings.STRIPE_WEBHOOK_SECRET === undefined) {
    lines.push(
      "STRIPE_WEBHOOK_SECRET is missing: take it from the endpoint in Stripe's dashboard, or from stripe listen.",
    );
  }
  if (!key.includes('_live_')) return lines;
  if (apiUrl !== undefined) lines.push('STRIPE_API_URL must not be set with a live key: payments would go elsewhere.');
  if (settings.DATABASE_URL === undefined)
    lines.push('DATABASE_URL is missing: with a live key the embedded database is not used.');
  if ((settings.JWT_SECRET ?? settings.JWKS_URL) === undefined) {
    lines.push('JWT_SECRET is missing: make one by openssl rand -base64 48, or set JWKS_URL.');
  }
  if (settings.ENCRYPTION_KEYS === undefined) {
    lines.push('ENCRYPTION_KEYS is missing: make one by echo "k1:$(openssl rand -base64 32)", and keep it safe.');
  }
  return lines;
}
