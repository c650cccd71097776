import { createHash } from 'node:crypto';
import type { IdempotencyScope } from '../../application/shared/idempotency';
import { operatingSystemUser } from './operating-system-user';

/** Under what the key of a command is kept. */
export function commandScope(command: string, key: string, asked: object): IdempotencyScope {
  const fingerprint = createHash('sha256').update(JSON.stringify(asked), 'utf8').digest('hex');
  return { principal: `cli:${operatingSystemUser()}`, route: `cli ${command}`, key, fingerprint };
}
