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

/** Every request that reached `/v1`, with what became of it. */
export class RequestJournal {
  private entries: JournalEntry[] = [];

  begin(request: IncomingRequest): JournalEntry {
    const begun = new Entry(request);
    this.entries.push(begun);
    if (this.entries.length > CAPACITY) this.entries = this.entries.slice(CAPACITY / 10);
    return begun;
  }

  list(): readonly JournalEntry[] {
    return this.entries;
  }

  clear(): void {
    this.entries = [];
  }
}

/** Made readable only for who reads it: most entries nobody looks at. */
class Entry implements JournalEntry {
  status: number | 'none' = 'none';
  replayed = false;
  fault: string | null = null;
  effect = false;
  private readonly atMs = Date.now();

  constructor(private readonly request: IncomingRequest) {}

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
    const { id, at, method, path, idempotencyKey, body, status, replayed, fault, effect } = this;
    return { id, at, method, path, idempotencyKey, body, status, replayed, fault, effect };
  }
}
