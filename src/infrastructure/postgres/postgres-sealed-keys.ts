import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { Cipher } from '../../application/shared/cipher';

export const BLIND_INDEX_KEY = 'blind_index';
/** Links the entries of the audit trail. */
export const AUDIT_KEY = 'audit';
/** Seals their details: an entry never changes, so that the key ring must not have to seal it anew. */
export const AUDIT_DETAIL_KEY = 'audit_detail';

const KEY_BYTES = 32;

/** Keys that outlive the rotation of the key ring: each is random, made once, and kept sealed by the ring. */
export class PostgresSealedKeys {
  constructor(
    private readonly dataSource: DataSource,
    private readonly cipher: Cipher,
  ) {}

  /**
   * The key of this name; the first who asks makes it, whoever else asks at the same time gets that one.
   * @throws SealBroken for one that cannot be opened: another in its place would find nothing of what was indexed.
   */
  async take(name: string): Promise<Uint8Array> {
    const kept = await this.find(name);
    if (kept !== null) return this.open(name, kept);
    const sealed = this.cipher.seal(randomBytes(KEY_BYTES).toString('base64'), contextOf(name));
    await this.dataSource.query('INSERT INTO sealed_keys (name, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      name,
      sealed,
    ]);
    return this.open(name, (await this.find(name)) ?? sealed);
  }

  private async find(name: string): Promise<string | null> {
    const rows = await this.dataSource.query<{ sealed: string }[]>('SELECT sealed FROM sealed_keys WHERE name = $1', [
      name,
    ]);
    return rows[0]?.sealed ?? null;
  }

  private open(name: string, sealed: string): Uint8Array {
    return Buffer.from(this.cipher.open(sealed, contextOf(name)), 'base64');
  }
}

function contextOf(name: string): string {
  return `sealed_keys.sealed:${name}`;
}
