import { err, ok, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import type { Identifiers } from '../shared/identifiers';
import { formatApiKey } from './api-key-text';
import { viewOfApiKey, type ApiKeyView } from './api-key-view';
import type { ApiKey, ApiKeys } from './api-keys';
import type { KeySecrets } from './key-secrets';
import type { StaffRole } from './principal';

export interface CreateApiKeyCommand {
  /** What people know it by: `booking backend`. */
  readonly name: string;
  readonly role: StaffRole;
}

export interface CreatedApiKey {
  readonly key: ApiKeyView;
  /** The key in clear. It is shown this once and cannot be had again. */
  readonly clearKey: string;
}

export interface ApiKeyNameRefused {
  readonly kind: 'name_refused';
  readonly reason: string;
}

const LONGEST_NAME = 100;

export class CreateApiKey {
  constructor(
    private readonly keys: ApiKeys,
    private readonly secrets: KeySecrets,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  async execute(command: CreateApiKeyCommand): Promise<Result<CreatedApiKey, ApiKeyNameRefused>> {
    const name = command.name.trim();
    if (name.length === 0 || name.length > LONGEST_NAME || /\p{Cc}/u.test(name)) {
      const reason = `A key's name has 1 to ${String(LONGEST_NAME)} characters and no control characters.`;
      return err({ kind: 'name_refused', reason });
    }
    const secret = this.secrets.generate();
    const key: ApiKey = {
      id: this.identifiers.next('key'),
      name,
      role: command.role,
      secretHash: this.secrets.hash(secret),
      createdAt: this.clock.now(),
      revokedAt: null,
    };
    await this.keys.add(key);
    return ok({ key: viewOfApiKey(key), clearKey: formatApiKey({ id: key.id, secret }) });
  }
}
