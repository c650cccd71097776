import type { BlindIndex } from './blind-index';
import { IdempotencyKeyTaken, type IdempotencyRecords, type IdempotencyScope } from './idempotency';
import type { UnitOfWork } from './unit-of-work';

export type Written<T> =
  | { readonly kind: 'written'; readonly value: T }
  /** The same was asked before; it had its effect on this resource then. */
  | { readonly kind: 'repeated'; readonly resource: string }
  | { readonly kind: 'idempotency_key_reused' };

/**
 * A write in one unit of work with the record of its key. The record keeps the id of what was
 * written, and of the request only a keyed hash: whoever repeats it is shown what was written as it is then.
 */
export class WriteOnce {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly records: IdempotencyRecords,
    private readonly blindIndex: BlindIndex,
  ) {}

  /** @param asked null when the caller gave no key. */
  async execute<T>(asked: IdempotencyScope | null, resource: string, write: () => Promise<T>): Promise<Written<T>> {
    if (asked === null) return { kind: 'written', value: await this.unitOfWork.run(write) };
    const scope = { ...asked, fingerprint: this.blindIndex.of(asked.fingerprint, 'request') };
    try {
      const value = await this.unitOfWork.run(async () => {
        await this.records.keep(scope, resource, { resource });
        return write();
      });
      return { kind: 'written', value };
    } catch (error) {
      if (!(error instanceof IdempotencyKeyTaken)) throw error;
    }
    const record = await this.records.find(scope);
    if (record?.fingerprint !== scope.fingerprint) return { kind: 'idempotency_key_reused' };
    return { kind: 'repeated', resource: record.resource };
  }
}
