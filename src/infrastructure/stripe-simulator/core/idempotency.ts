import type { Clock } from './clock';
import { ApiError, invalidRequest } from './errors';
import { canonicalForm, parseForm, type FormObject } from './form';
import type { IdempotencyRecord } from './records';
import type { Store, Transaction } from './store';

const KEPT_MS = 24 * 3_600_000;

export interface KeyedRequest {
  key: string;
  endpoint: string;
  /** The parameters as they came, and what they say. */
  text: string;
  form: FormObject;
}

/** Stripe's layer over every POST that carries a key. */
export class Idempotency {
  private readonly running = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** The first answer, or null when this request is the first; then the key is held until `release`. */
  claim(request: KeyedRequest): IdempotencyRecord | null {
    const { key, endpoint } = request;
    if (key === '' || key.length > 255) {
      throw invalidRequest(
        `Idempotent key length is ${key.length}, which is outside accepted lengths. Idempotent Keys must be 1-255 characters long. If you're looking for a decent generator, try using a UUID defined by IETF RFC 4122.`,
      );
    }
    if (this.running.has(key)) throw keyInUse(key);
    const known = this.store.get('idempotency', key);
    if (known === undefined || this.isExpired(known)) {
      this.running.add(key);
      return null;
    }
    if (known.endpoint !== endpoint) {
      throw mismatch(
        `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${endpoint}' vs '${known.endpoint}'). Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    }
    if (!isSame(known, request)) {
      throw mismatch(
        `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
      );
    }
    return known;
  }

  /** Forgets what no repetition could meet any more. */
  prune(tx: Transaction): void {
    for (const record of tx.table('idempotency').values()) {
      if (this.isExpired(record)) tx.delete('idempotency', record.id);
    }
  }

  release(key: string): void {
    this.running.delete(key);
  }

  private isExpired(record: IdempotencyRecord): boolean {
    return record.createdMs + KEPT_MS <= this.clock.nowMs();
  }

  record(request: KeyedRequest, requestId: string, status: number, body: object): IdempotencyRecord {
    return {
      id: request.key,
      endpoint: request.endpoint,
      parameters: request.text,
      createdMs: this.clock.nowMs(),
      requestId,
      status,
      body,
    };
  }
}

/** The same parameters may come in another order. */
function isSame({ parameters }: IdempotencyRecord, { text, form }: KeyedRequest): boolean {
  return parameters === text || canonicalForm(parseForm(parameters)) === canonicalForm(form);
}

export function keyInUse(key: string): ApiError {
  return new ApiError(
    409,
    {
      type: 'invalid_request_error',
      code: 'idempotency_key_in_use',
      message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
    },
    { 'Stripe-Should-Retry': 'true' },
  );
}

function mismatch(message: string): ApiError {
  return new ApiError(400, { type: 'idempotency_error', message });
}
