import { Setup, type SetupProps } from '../../domain/customer/setup';
import type { Setups } from '../../domain/customer/setups';
import type { Clock } from '../shared/clock';
import type { IdempotencyScope } from '../shared/idempotency';
import type { Identifiers } from '../shared/identifiers';
import type { WriteOnce } from '../shared/write-once';
import { setupLeaseUntil } from './carry-out-setup';

export type Opened =
  | { readonly kind: 'opened'; readonly setup: Setup }
  /** The same request began this one before. */
  | { readonly kind: 'known'; readonly setupId: string }
  | { readonly kind: 'key_reused' };

/** Commits a setup with its consent, and the caller's key if there is one, before Stripe is asked. */
export class OpenSetup {
  constructor(
    private readonly writeOnce: WriteOnce,
    private readonly setups: Setups,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  async execute(
    asked: Pick<SetupProps, 'customerId' | 'usage' | 'request' | 'consent'>,
    scope: IdempotencyScope | null,
    cause: string,
  ): Promise<Opened> {
    const id = this.identifiers.next('set');
    const now = this.clock.now();
    const written = await this.writeOnce.execute(scope, id, async () => {
      const setup = Setup.begin({ id, ...asked }, now, setupLeaseUntil(now), cause);
      await this.setups.add(setup);
      return setup;
    });
    switch (written.kind) {
      case 'written':
        return { kind: 'opened', setup: written.value };
      case 'repeated':
        return { kind: 'known', setupId: written.resource };
      case 'idempotency_key_reused':
        return { kind: 'key_reused' };
    }
  }
}
