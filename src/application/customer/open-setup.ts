import { Setup, type SetupProps } from '../../domain/customer/setup';
import type { Setups } from '../../domain/customer/setups';
import type { Clock } from '../shared/clock';
import { IdempotencyKeyTaken, type IdempotencyRecords, type IdempotencyScope } from '../shared/idempotency';
import type { Identifiers } from '../shared/identifiers';
import type { UnitOfWork } from '../shared/unit-of-work';
import { setupLeaseUntil } from './carry-out-setup';

export type Opened =
  | { readonly kind: 'opened'; readonly setup: Setup }
  /** The same request began this one before. */
  | { readonly kind: 'known'; readonly setupId: string }
  | { readonly kind: 'key_reused' };

/** Commits a setup with its consent, and the caller's key if there is one, before Stripe is asked. */
export class OpenSetup {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly setups: Setups,
    private readonly records: IdempotencyRecords,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  async execute(
    asked: Pick<SetupProps, 'customerId' | 'usage' | 'request' | 'consent'>,
    scope: IdempotencyScope | null,
    cause: string,
  ): Promise<Opened> {
    try {
      return { kind: 'opened', setup: await this.open(asked, scope, cause) };
    } catch (error) {
      const known = error instanceof IdempotencyKeyTaken && scope !== null ? await this.earlier(scope) : null;
      if (known === null) throw error;
      return known;
    }
  }

  /** What the caller's key began before; null when it is new. */
  async earlier(scope: IdempotencyScope): Promise<Exclude<Opened, { kind: 'opened' }> | null> {
    const record = await this.records.find(scope);
    if (record === null) return null;
    return record.fingerprint === scope.fingerprint
      ? { kind: 'known', setupId: record.resource }
      : { kind: 'key_reused' };
  }

  private open(
    asked: Pick<SetupProps, 'customerId' | 'usage' | 'request' | 'consent'>,
    scope: IdempotencyScope | null,
    cause: string,
  ): Promise<Setup> {
    return this.unitOfWork.run(async () => {
      const now = this.clock.now();
      const id = this.identifiers.next('set');
      const setup = Setup.begin({ id, ...asked }, now, setupLeaseUntil(now), cause);
      await this.setups.add(setup);
      // Only the id is kept: a repeat is answered with the setup as it is then.
      if (scope !== null) await this.records.keep(scope, id, { setup: id });
      return setup;
    });
  }
}
