import { FAULT_KINDS, isFaultKind, isWebhookFault, type FaultKind } from './fault-kinds';
import { isApiVersion } from '../versions/api-versions';

export const RATE_LIMIT_REASONS = [
  'global-rate',
  'global-concurrency',
  'endpoint-rate',
  'endpoint-concurrency',
  'resource-specific',
] as const;

export interface FaultMatch {
  method?: string;
  /** Exact, or with wildcards: `/v1/payment_intents/:id/capture`; `/v1/invoices/*` is all below. */
  path?: string;
  /** Of the decoded body: `metadata[order]=7`. */
  bodyContains?: string;
  /** Exact, or all of an object: `charge.*`. */
  eventType?: string;
}

export interface FaultDefinition {
  kind: FaultKind;
  match?: FaultMatch;
  /** How often it strikes; 0 is always. */
  times?: number;
  /** How many matches it lets pass first. */
  skip?: number;
  probability?: number;
  /** After this time it strikes no more. */
  forMs?: number;
  ms?: number;
  status?: number;
  code?: string;
  /** Of a 429: which of Stripe's limiters it was. */
  reason?: (typeof RATE_LIMIT_REASONS)[number];
  /** Of a 429: seconds. */
  retryAfter?: number;
  copies?: number;
  apiVersion?: string;
}

interface Member {
  is: string;
  accepts: (value: unknown) => boolean;
}

const LONGEST_MS = 86_400_000;

const count = (least: number, most: number): Member => ({
  is: `a whole number from ${String(least)} to ${String(most)}`,
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
});
const text: Member = { is: 'a text', accepts: (value) => typeof value === 'string' && value !== '' };

const MEMBERS: Readonly<Record<Exclude<keyof FaultDefinition, 'kind' | 'match'>, Member>> = {
  times: count(0, Number.MAX_SAFE_INTEGER),
  skip: count(0, Number.MAX_SAFE_INTEGER),
  probability: {
    is: 'a number from 0 to 1',
    accepts: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  },
  forMs: count(1, LONGEST_MS),
  ms: count(0, LONGEST_MS),
  status: count(400, 599),
  code: text,
  reason: {
    is: `one of ${RATE_LIMIT_REASONS.join(', ')}`,
    accepts: (value) => RATE_LIMIT_REASONS.some((reason) => reason === value),
  },
  retryAfter: count(0, 86_400),
  copies: count(1, 1_000),
  apiVersion: {
    is: "one of Stripe's versions, such as 2022-08-01",
    accepts: (value) => typeof value === 'string' && isApiVersion(value),
  },
};

/** A proxy in between may well answer 200. */
const PLAIN_ERROR_MEMBERS = { ...MEMBERS, status: count(200, 599) };

const MATCHES: Readonly<Record<keyof FaultMatch, Member>> = {
  method: { is: 'GET, POST or DELETE', accepts: (value) => /^(get|post|delete)$/i.test(String(value)) },
  path: {
    is: 'a path such as /v1/payment_intents/:id',
    accepts: (value) => typeof value === 'string' && value.startsWith('/v1'),
  },
  bodyContains: text,
  eventType: text,
};

const OF_EVERY_KIND = ['kind', 'match', 'times', 'skip', 'probability', 'forMs'];

/** The reason why a definition cannot be taken, or null. */
export function faultProblem(definition: Readonly<Record<string, unknown>>): string | null {
  const { kind, match } = definition;
  if (!isFaultKind(kind)) return `'kind' is one of ${Object.keys(FAULT_KINDS).join(', ')}`;
  const allowed = [...OF_EVERY_KIND, ...FAULT_KINDS[kind].takes];
  return (
    unknownMember(definition, allowed, `a fault of kind '${kind}' takes`) ??
    wrongMember(definition, kind === 'plain_error' ? PLAIN_ERROR_MEMBERS : MEMBERS) ??
    (match === undefined ? null : matchProblem(match, kind))
  );
}

function matchProblem(match: unknown, kind: FaultKind): string | null {
  if (typeof match !== 'object' || match === null || Array.isArray(match)) return "'match' is an object";
  const allowed = isWebhookFault(kind) ? ['eventType'] : ['method', 'path', 'bodyContains'];
  const entries = { ...match } as Record<string, unknown>;
  return unknownMember(entries, allowed, `the match of '${kind}' takes`) ?? wrongMember(entries, MATCHES);
}

function unknownMember(given: object, allowed: readonly string[], sentence: string): string | null {
  const unknown = Object.keys(given).find((name) => !allowed.includes(name));
  return unknown === undefined ? null : `'${unknown}' is unknown: ${sentence} ${allowed.join(', ')}`;
}

function wrongMember(
  given: Readonly<Record<string, unknown>>,
  members: Readonly<Record<string, Member>>,
): string | null {
  for (const [name, { is, accepts }] of Object.entries(members)) {
    if (given[name] !== undefined && !accepts(given[name])) return `'${name}' is ${is}`;
  }
  return null;
}
