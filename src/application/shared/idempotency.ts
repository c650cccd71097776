/** Under what a caller's `Idempotency-Key` is kept. */
export interface IdempotencyScope {
  /** Who asks: `key:key_…`, `sub:…` of staff or `customer:…`, an index. */
  readonly principal: string;
  /** `POST /payments`, `POST /payments/{id}/capture`: the route, not the path. */
  readonly route: string;
  readonly key: string;
  /** Hash of everything that was asked, path parameters included. */
  readonly fingerprint: string;
}

export interface IdempotencyRecord {
  readonly fingerprint: string;
  readonly state: 'running' | 'done';
  /** Someone is at work on it right now, by the database's clock. */
  readonly leased: boolean;
  readonly resource: string;
  readonly attemptId: string | null;
  /** The first answer, as plain JSON and without any secret; null while running. */
  readonly outcome: unknown;
}

export abstract class IdempotencyRecords {
  declare protected readonly port: 'IdempotencyRecords';

  abstract find(scope: IdempotencyScope): Promise<IdempotencyRecord | null>;
  /** Starts a record for an attempt, leased. @throws IdempotencyKeyTaken */
  abstract start(scope: IdempotencyScope, resource: string, attemptId: string): Promise<void>;
  /** Keeps an answer that needed no attempt. @throws IdempotencyKeyTaken */
  abstract keep(scope: IdempotencyScope, resource: string, outcome: unknown): Promise<void>;
  /** Takes a running record whose lease is over. @returns false when someone else has it. */
  abstract takeOver(scope: IdempotencyScope): Promise<boolean>;
  /** Keeps the answer of the record that an attempt belongs to. */
  abstract finish(attemptId: string, outcome: unknown): Promise<void>;
  /** Gives the lease back: nothing final is known, and who retries may find out. */
  abstract release(attemptId: string): Promise<void>;
  /** Removes answers older than the time they are kept for. @returns how many. */
  abstract prune(): Promise<number>;
}

/** Another request took the key a moment ago: what was about to be stored must be rolled back. */
export class IdempotencyKeyTaken extends Error {
  override readonly name = 'IdempotencyKeyTaken';
}
