import { err, ok, type Result } from '../../domain/shared/result';
import { formatApiKey } from './api-key-text';
import { viewOfApiKey } from './api-key-view';
import type { ApiKeys } from './api-keys';
import type { CreatedApiKey } from './create-api-key';
import type { KeySecrets } from './key-secrets';

export interface RotateApiKeyCommand {
  readonly id: string;
  /** For how long the present secret stays valid beside the new one, in milliseconds; 0 ends it at once. */
  readonly overlap: number;
}

export type RotationRefusal = 'key_not_found' | 'key_revoked' | 'key_expired';

/** Gives a key a new secret under the id, role and scopes that it has, so that its idempotency keys go on too. */
export class RotateApiKey {
  constructor(
    private readonly keys: ApiKeys,
    private readonly secrets: KeySecrets,
  ) {}

  async execute({ id, overlap }: RotateApiKeyCommand): Promise<Result<CreatedApiKey, RotationRefusal>> {
    const secret = this.secrets.generate();
    const rotated = await this.keys.rotate(id, this.secrets.hash(secret), overlap);
    if (rotated !== null) return ok({ key: viewOfApiKey(rotated), clearKey: formatApiKey({ id, secret }) });
    const found = await this.keys.findById(id);
    if (found === null) return err('key_not_found');
    return err(found.revokedAt === null ? 'key_expired' : 'key_revoked');
  }
}
