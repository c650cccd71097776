import type { Clock } from '../shared/clock';
import type { ApiKeys } from './api-keys';

export type Revocation = 'revoked' | 'already_revoked' | 'key_not_found';

/** Ends a key at once and for good. */
export class RevokeApiKey {
  constructor(
    private readonly keys: ApiKeys,
    private readonly clock: Clock,
  ) {}

  async execute(id: string): Promise<Revocation> {
    if (await this.keys.revoke(id, this.clock.now())) return 'revoked';
    return (await this.keys.findById(id)) === null ? 'key_not_found' : 'already_revoked';
  }
}
