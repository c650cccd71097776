import { newId } from '../core/ids';
import { matchPath } from '../core/paths';
import type { FaultDefinition, FaultMatch } from './fault-definition';
import { isWebhookFault, type WebhookFaultKind } from './fault-kinds';
import { seededRandom } from './seeded-random';

export interface Fault extends FaultDefinition {
  id: string;
  matched: number;
  applied: number;
  /** The drill that set it. */
  drill?: string;
  /** When its `forMs` are over. */
  endsAt?: string;
}

/** What a delivery carries of the fault that struck it. */
export interface WebhookFault {
  kind: WebhookFaultKind;
  ms: number | null;
  copies: number;
  apiVersion?: string;
}

export interface IncomingRequest {
  method: string;
  path: string;
  /** Read only when a fault asks for it. */
  readonly body: string;
}

const FIRST_SEED = 1;

/** Faults that were set, and whom they strike. None of it outlives the process. */
export class Faults {
  /** Told when connections are to be refused for that long. */
  onRefuse: (ms: number) => void = () => undefined;
  private faults: Fault[] = [];
  private seed = FIRST_SEED;
  /** How many faults were set since the luck began. */
  private begun = 0;
  /** Of each fault by its id: what strikes others, or comes in another order, leaves its luck as it is. */
  private readonly luck = new Map<string, () => number>();

  list(): readonly Fault[] {
    return this.faults;
  }

  add(definition: FaultDefinition, drill?: string): Fault {
    const { forMs } = definition;
    const fault: Fault = {
      ...definition,
      id: newId('fault'),
      matched: 0,
      applied: 0,
      ...(drill === undefined ? {} : { drill }),
      ...(forMs === undefined ? {} : { endsAt: new Date(Date.now() + forMs).toISOString() }),
    };
    this.faults.push(fault);
    this.giveLuck(fault);
    if (fault.kind === 'refuse_connections' && fault.match === undefined) {
      fault.matched = fault.applied = 1;
      this.onRefuse(fault.ms ?? 1_000);
    }
    return fault;
  }

  /** Also begins the luck anew. */
  clear(): void {
    this.faults = [];
    this.reseed(this.seed);
  }

  reset(): void {
    this.seed = FIRST_SEED;
    this.clear();
  }

  reseed(seed: number): void {
    this.seed = seed;
    this.begun = 0;
    this.luck.clear();
    for (const fault of this.faults) this.giveLuck(fault);
  }

  remove(id: string): boolean {
    return this.removeWhere((fault) => fault.id === id) > 0;
  }

  /** Ends what that drill set, or what any drill did. */
  endDrill(name?: string): number {
    return this.removeWhere(({ drill }) => (name === undefined ? drill !== undefined : drill === name));
  }

  strikeRequest(request: IncomingRequest): Fault | null {
    if (this.faults.length === 0) return null;
    const fault = this.strike(({ kind, match }) => !isWebhookFault(kind) && matchesRequest(match ?? {}, request));
    if (fault?.kind === 'refuse_connections') this.onRefuse(fault.ms ?? 1_000);
    return fault;
  }

  strikeWebhook(eventType: string): WebhookFault | null {
    if (this.faults.length === 0) return null;
    const fault = this.strike(({ kind, match }) => isWebhookFault(kind) && matchesType(match?.eventType, eventType));
    if (fault === null || !isWebhookFault(fault.kind)) return null;
    const { kind, ms = null, copies = 2, apiVersion } = fault;
    return { kind, ms, copies, ...(apiVersion === undefined ? {} : { apiVersion }) };
  }

  private removeWhere(goes: (fault: Fault) => boolean): number {
    const before = this.faults.length;
    for (const fault of this.faults) if (goes(fault)) this.luck.delete(fault.id);
    this.faults = this.faults.filter((fault) => !goes(fault));
    return before - this.faults.length;
  }

  private giveLuck({ id }: Fault): void {
    this.begun += 1;
    this.luck.set(id, seededRandom(mixed(this.seed, this.begun)));
  }

  private isStruckBy({ id }: Fault, probability: number): boolean {
    return (this.luck.get(id)?.() ?? 1) < probability;
  }

  private strike(matches: (fault: Fault) => boolean): Fault | null {
    for (const fault of this.faults) {
      if (!isActive(fault) || !matches(fault)) continue;
      fault.matched += 1;
      if (fault.matched <= (fault.skip ?? 0)) continue;
      if (fault.probability !== undefined && !this.isStruckBy(fault, fault.probability)) continue;
      fault.applied += 1;
      return fault;
    }
    return null;
  }
}

/** Neighbouring seeds must not bring neighbouring numbers. */
function mixed(seed: number, position: number): number {
  const spread = Math.imul(seed, 0x9e3779b1) ^ Math.imul(position, 0x85ebca6b);
  return Math.imul(spread ^ (spread >>> 15), 0xc2b2ae35);
}

/** Whether it may strike again. */
export function isActive({ times = 1, applied, endsAt }: Fault): boolean {
  return (times === 0 || applied < times) && (endsAt === undefined || Date.now() < Date.parse(endsAt));
}

function matchesRequest(match: FaultMatch, request: IncomingRequest): boolean {
  return (
    (match.method === undefined || match.method.toUpperCase() === request.method) &&
    (match.path === undefined || matchesPath(match.path, request.path)) &&
    (match.bodyContains === undefined || request.body.includes(match.bodyContains))
  );
}

export function matchesPath(wanted: string, path: string): boolean {
  if (wanted.endsWith('/*')) return path.startsWith(wanted.slice(0, -1));
  return matchPath(wanted, path) !== null;
}

function matchesType(wanted: string | undefined, type: string): boolean {
  if (wanted === undefined) return true;
  return wanted.endsWith('.*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}
