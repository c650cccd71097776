import type { DataSource } from 'typeorm';
import { PolicyVersions, type PolicyVersion } from '../../application/refund/policy-versions';

export class PostgresRefundPolicies extends PolicyVersions {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  /** @returns false when this version is known with another content. What is known never changes. */
  async keep(version: string, content: object, hash: string): Promise<boolean> {
    await this.dataSource.query(
      'INSERT INTO refund_policies (version, content, hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [version, JSON.stringify(content), hash],
    );
    return (await this.hashOf(version)) === hash;
  }

  override list(): Promise<PolicyVersion[]> {
    const sql =
      'SELECT version, first_used_at AS "firstUsedAt" FROM refund_policies ORDER BY first_used_at DESC, version';
    return this.dataSource.query<PolicyVersion[]>(sql);
  }

  override async contentOf(version: string): Promise<object | null> {
    const sql = 'SELECT content FROM refund_policies WHERE version = $1';
    const [row] = await this.dataSource.query<{ content: object }[]>(sql, [version]);
    return row?.content ?? null;
  }

  /** Null for a version that was never in force. */
  async hashOf(version: string): Promise<string | null> {
    const sql = 'SELECT hash FROM refund_policies WHERE version = $1';
    const [row] = await this.dataSource.query<{ hash: string }[]>(sql, [version]);
    return row?.hash ?? null;
  }
}
