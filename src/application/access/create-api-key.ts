import { err, ok, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import type { Identifiers } from '../shared/identifiers';
import { formatApiKey } from './api-key-text';
import { viewOfApiKey, type ApiKeyView } from './api-key-view';
import type { ApiKey, ApiKeys } from './api-keys';
import type { KeySecrets } from './key-secrets';
import type { StaffRole } from './principal';
import type { Scope } from './scopes';

export interface CreateApiKeyCommand {
  /** What people know it by: `booking backend`. */
  readonly name: string;
  readonly role: StaffRole;
  /** Without any, it may all that its role may. */
  readonly scopes?: readonly Scope[] | undefined;
  /** In milliseconds. Without one, it is valid until it is revoked. */
  readonly lifetime?: number | undefined;
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
    const { role, scopes = [], lifetime } = command;
    const createdAt = this.clock.now();
    const key: ApiKey = {
      id: this.identifiers.next('key'),
      name,
      role,
      scopes: scopes.length === 0 ? null : [...new Set(scopes)].sort(),
      secretHash: this.secrets.hash(secret),
      createdAt,
      expiresAt: lifetime === undefined ? null : new Date(createdAt.getTime() + lifetime),
      rotatedAt: null,
      revokedAt: null,
    };
    await this.keys.add(key);
    const view = viewOfApiKey({ ...key, expired: false, previous: null, lastUsedAt: null });
    return ok({ key: view, clearKey: formatApiKey({ id: key.id, secret }) });
  }
}
