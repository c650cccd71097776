import { parseForm, readableForm } from './form';

export interface JournalEntry {
  readonly id: string;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | null;
  readonly body: unknown;
  status: number | 'none';
  replayed: boolean;
  fault: string | null;
  /** Whether the request changed anything. */
  effect: boolean;
  readonly outcome: RequestOutcome;
  /** From its arrival until its answer left; null while it runs. */
  readonly durationMs: number | null;
}

export type RequestOutcome =
  | 'running'
  /** Answered with what was asked for. */
  | 'done'
  /** Answered with what its key had been answered before. */
  | 'replayed'
  /** Answered with an error of the caller's, or a decline. */
  | 'refused'
  /** Answered with an error of Stripe's. */
  | 'failed'
  /** Never answered. */
  | 'lost';

/** An entry whose request is under way. */
export interface OpenEntry extends JournalEntry {
  /** Counts for the first time only. */
  end(): void;
}

interface IncomingRequest {
  id: string;
  method: string;
  path: string;
  idempotencyKey: string | null;
  /** The parameters as they came. */
  text: string;
}

const CAPACITY = 50_000;
/** Of what came with them: some are as large as a megabyte. */
const MOST_CHARACTERS = 50_000_000;

/** Every request that reached `/v1`, with what became of it. */
export class RequestJournal {
  private entries: Entry[] = [];
  private characters = 0;

  begin(request: IncomingRequest): OpenEntry {
    const begun = new Entry(request);
    this.entries.push(begun);
    this.characters += begun.size;
    while (this.entries.length > CAPACITY || this.characters > MOST_CHARACTERS) this.forget();
    return begun;
  }

  list(): readonly JournalEntry[] {
    return this.entries;
  }

  clear(): void {
    this.entries = [];
    this.characters = 0;
  }

  /** The oldest tenth, because moving the others costs as much for one as for many. */
  private forget(): void {
    const goes = this.entries.splice(0, Math.ceil(this.entries.length / 10));
    for (const { size } of goes) this.characters -= size;
  }
}

/** Made readable only for who reads it: most entries nobody looks at. */
class Entry implements OpenEntry {
  status: number | 'none' = 'none';
  replayed = false;
  fault: string | null = null;
  effect = false;
  private readonly atMs = Date.now();
  private readonly begun = performance.now();
  private ended: number | null = null;

  constructor(private readonly request: IncomingRequest) {}

  get size(): number {
    return this.request.text.length + this.request.path.length;
  }

  end(): void {
    this.ended ??= performance.now();
  }

  get outcome(): RequestOutcome {
    if (this.ended === null) return 'running';
    if (this.status === 'none') return 'lost';
    if (this.replayed) return 'replayed';
    if (this.status >= 500) return 'failed';
    return this.status >= 400 ? 'refused' : 'done';
  }

  get durationMs(): number | null {
    return this.ended === null ? null : Math.round((this.ended - this.begun) * 10) / 10;
  }

  get id(): string {
    return this.request.id;
  }

  get at(): string {
    return new Date(this.atMs).toISOString();
  }

  get method(): string {
    return this.request.method;
  }

  get path(): string {
    return this.request.path;
  }

  get idempotencyKey(): string | null {
    return this.request.idempotencyKey;
  }

  get body(): unknown {
    try {
      return readableForm(parseForm(this.request.text));
    } catch {
      return this.request.text;
    }
  }

  toJSON(): JournalEntry {
    const { id, at, method, path, idempotencyKey, body, status, replayed, fault, effect, outcome, durationMs } = this;
    return { id, at, method, path, idempotencyKey, body, status, replayed, fault, effect, outcome, durationMs };
  }
}
