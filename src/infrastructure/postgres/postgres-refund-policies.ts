import type { DataSource } from 'typeorm';

/** Every version of the refund policies that was in force here, so that a decision can be explained later. */
export class PostgresRefundPolicies {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns false when this version is known with another content. What is known never changes. */
  async keep(version: string, content: object, hash: string): Promise<boolean> {
    await this.dataSource.query(
      'INSERT INTO refund_policies (version, content, hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [version, JSON.stringify(content), hash],
    );
    return (await this.hashOf(version)) === hash;
  }

  /** Null for a version that was never in force. */
  async hashOf(version: string): Promise<string | null> {
    const sql = 'SELECT hash FROM refund_policies WHERE version = $1';
    const [row] = await this.dataSource.query<{ hash: string }[]>(sql, [version]);
    return row?.hash ?? null;
  }
}
