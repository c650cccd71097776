import { newId } from '../core/ids';
import { matchPath } from '../core/paths';

export const REQUEST_FAULTS = [
  'delay',
  'error',
  'error_after_effect',
  'reset_before_effect',
  'reset_after_effect',
  'timeout_before_effect',
  'timeout_after_effect',
  'cut_answer',
  'plain_error',
] as const;
export const WEBHOOK_FAULTS = [
  'webhook_drop',
  'webhook_double',
  'webhook_second_id',
  'webhook_delay',
  'webhook_reorder',
  'webhook_bad_signature',
  'webhook_before_answer',
  'webhook_old_version',
] as const;
export type RequestFaultKind = (typeof REQUEST_FAULTS)[number];
export type WebhookFaultKind = (typeof WEBHOOK_FAULTS)[number];

export interface FaultMatch {
  method?: string;
  /** Exact, or with wildcards: `/v1/payment_intents/:id/capture`. */
  path?: string;
  bodyContains?: string;
  eventType?: string;
}

export interface FaultDefinition {
  kind: RequestFaultKind | WebhookFaultKind;
  match?: FaultMatch;
  /** How often it strikes; 0 is always. */
  times?: number;
  /** How many matches it lets pass first. */
  skip?: number;
  probability?: number;
  ms?: number;
  status?: number;
  code?: string;
  /** How many copies `webhook_double` sends. */
  copies?: number;
}

export interface Fault extends FaultDefinition {
  id: string;
  matched: number;
  applied: number;
}

/** What a delivery carries of the fault that struck it. */
export interface WebhookFault {
  kind: WebhookFaultKind;
  ms: number | null;
  copies: number;
}

interface IncomingRequest {
  method: string;
  path: string;
  body: string;
}

export class Faults {
  private faults: Fault[] = [];
  private random = seededRandom(1);

  list(): readonly Fault[] {
    return this.faults;
  }

  add(definition: FaultDefinition): Fault {
    const fault = { ...definition, id: newId('fault'), matched: 0, applied: 0 };
    this.faults.push(fault);
    return fault;
  }

  clear(): void {
    this.faults = [];
    this.random = seededRandom(1);
  }

  remove(id: string): boolean {
    const before = this.faults.length;
    this.faults = this.faults.filter((fault) => fault.id !== id);
    return this.faults.length < before;
  }

  strikeRequest(request: IncomingRequest): Fault | null {
    return this.strike((fault) => !isWebhookFault(fault.kind) && matchesRequest(fault.match ?? {}, request));
  }

  strikeWebhook(eventType: string): WebhookFault | null {
    const fault = this.strike(
      ({ kind, match }) => isWebhookFault(kind) && (match?.eventType === undefined || match.eventType === eventType),
    );
    if (fault === null || !isWebhookFault(fault.kind)) return null;
    return { kind: fault.kind, ms: fault.ms ?? null, copies: fault.copies ?? 2 };
  }

  private strike(matches: (fault: Fault) => boolean): Fault | null {
    for (const fault of this.faults) {
      if (!matches(fault)) continue;
      const times = fault.times ?? 1;
      if (times !== 0 && fault.applied >= times) continue;
      fault.matched += 1;
      if (fault.matched <= (fault.skip ?? 0)) continue;
      if (this.random() >= (fault.probability ?? 1)) continue;
      fault.applied += 1;
      return fault;
    }
    return null;
  }
}

function isWebhookFault(kind: string): kind is WebhookFaultKind {
  return (WEBHOOK_FAULTS as readonly string[]).includes(kind);
}

function matchesRequest(match: FaultMatch, request: IncomingRequest): boolean {
  return (
    (match.method === undefined || match.method.toUpperCase() === request.method) &&
    (match.path === undefined || matchPath(match.path, request.path) !== null) &&
    (match.bodyContains === undefined || request.body.includes(match.bodyContains))
  );
}

/** The reason why a definition cannot be taken, or null. */
export function faultProblem(definition: unknown): string | null {
  if (typeof definition !== 'object' || definition === null) return 'a fault is an object';
  const { kind, match } = definition as { kind?: unknown; match?: unknown };
  const kinds: readonly string[] = [...REQUEST_FAULTS, ...WEBHOOK_FAULTS];
  if (typeof kind !== 'string' || !kinds.includes(kind)) return `kind is one of ${kinds.join(', ')}`;
  if (match !== undefined && (typeof match !== 'object' || match === null)) return 'match is an object';
  for (const name of ['times', 'skip', 'probability', 'ms', 'status', 'copies'] as const) {
    const value = (definition as Record<string, unknown>)[name];
    if (value !== undefined && (typeof value !== 'number' || value < 0)) return `${name} is a number, 0 or more`;
  }
  return null;
}

/** The same faults strike the same requests in every run (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
