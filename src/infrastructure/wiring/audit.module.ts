import { Global, Logger, Module, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditQueries } from '../../application/audit/audit-queries';
import { AuditTrail } from '../../application/audit/audit-trail';
import { RecordAudit } from '../../application/audit/record-audit';
import { VerifyAudit } from '../../application/audit/verify-audit';
import { Cipher, SealBroken } from '../../application/shared/cipher';
import { AuditMac } from '../../domain/audit/audit-mac';
import type { AuditPlace } from '../../domain/audit/chain';
import { AesGcmCipher } from '../crypto/aes-gcm-cipher';
import { ClosedAuditCipher, ClosedAuditMac } from '../crypto/closed-audit-keys';
import { HmacAuditMac } from '../crypto/hmac-audit-mac';
import { PostgresAuditQueries } from '../postgres/postgres-audit-queries';
import { PostgresAuditTrail } from '../postgres/postgres-audit-trail';
import { AUDIT_DETAIL_KEY, AUDIT_KEY, PostgresSealedKeys } from '../postgres/postgres-sealed-keys';
import { PostgresUnitOfWork } from '../postgres/postgres-unit-of-work';
import { useCase } from './use-case';

/** Under the same key id for ever: the key stays, what seals it in the database is rotated. */
const DETAIL_KEY_ID = 'audit';

/** What seals the details of entries; another one seals everything else. */
abstract class AuditCipher extends Cipher {}

const PROVIDERS: Provider[] = [
  { provide: AuditMac, useFactory: openMac, inject: [DataSource, Cipher] },
  { provide: AuditCipher, useFactory: openCipher, inject: [DataSource, Cipher] },
  {
    provide: AuditTrail,
    useFactory: (source: DataSource, mac: AuditMac, cipher: Cipher) =>
      new PostgresAuditTrail(source, mac, cipher, anchor),
    inject: [DataSource, AuditMac, AuditCipher],
  },
  {
    provide: AuditQueries,
    useFactory: (unitOfWork: PostgresUnitOfWork, cipher: Cipher) => new PostgresAuditQueries(unitOfWork, cipher),
    inject: [PostgresUnitOfWork, AuditCipher],
  },
  {
    provide: RecordAudit,
    useFactory: (trail: AuditTrail) => new RecordAudit(trail, outcomeLost),
    inject: [AuditTrail],
  },
  useCase(VerifyAudit, AuditTrail, AuditMac),
];

/** The trail of all that staff do. */
@Global()
@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class AuditModule {}

/** Whoever has the log has the place: `cashdesk audit verify --anchor` takes it. */
function anchor({ sequence, hash }: AuditPlace): void {
  new Logger('audit').log({ msg: 'audit', audit: sequence, hash });
}

function outcomeLost({ sequence }: AuditPlace, error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  new Logger('audit').error({
    msg: 'the outcome could not be recorded',
    audit: sequence,
    error: `${name}: ${message}`,
  });
}

/** As with the blind index: the service does not start without the key, and a command that only reads needs none. */
async function openMac(source: DataSource, cipher: Cipher): Promise<AuditMac> {
  return opened<AuditMac>(
    async () => new HmacAuditMac(await new PostgresSealedKeys(source, cipher).take(AUDIT_KEY)),
    (reason) => new ClosedAuditMac(reason),
  );
}

async function openCipher(source: DataSource, cipher: Cipher): Promise<Cipher> {
  return opened<Cipher>(
    async () => {
      const key = await new PostgresSealedKeys(source, cipher).take(AUDIT_DETAIL_KEY);
      return new AesGcmCipher([{ id: DETAIL_KEY_ID, key }]);
    },
    (reason) => new ClosedAuditCipher(reason),
  );
}

async function opened<T>(open: () => Promise<T>, closed: (reason: SealBroken) => T): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof SealBroken) return closed(error);
    throw error;
  }
}
