import { VerifyAudit } from '../../src/application/audit/verify-audit';
import { AesGcmCipher } from '../../src/infrastructure/crypto/aes-gcm-cipher';
import { HmacAuditMac } from '../../src/infrastructure/crypto/hmac-audit-mac';
import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import { PostgresAuditTrail } from '../../src/infrastructure/postgres/postgres-audit-trail';
import { AUDIT_KEY, PostgresSealedKeys } from '../../src/infrastructure/postgres/postgres-sealed-keys';
import type { Inspection } from '../../src/domain/audit/chain-inspection';
import { SEALING_KEY } from './running-service';

/** G. The audit chain verifies. */
export async function auditChainVerifies(databaseUrl: string): Promise<string[]> {
  const { damages } = await inspectAudit(databaseUrl);
  return damages.map((damage) => `G: ${JSON.stringify(damage)} in the audit trail`);
}

/** The trail of a service that seals with the key of the specs. */
export async function inspectAudit(databaseUrl: string): Promise<Inspection> {
  const dataSource = createDataSource({ url: databaseUrl, poolSize: 1 });
  await dataSource.initialize();
  try {
    const cipher = new AesGcmCipher([SEALING_KEY]);
    const mac = new HmacAuditMac(await new PostgresSealedKeys(dataSource, cipher).take(AUDIT_KEY));
    const trail = new PostgresAuditTrail(dataSource, mac, cipher, () => undefined);
    return await new VerifyAudit(trail, mac).execute(null);
  } finally {
    await dataSource.destroy();
  }
}
