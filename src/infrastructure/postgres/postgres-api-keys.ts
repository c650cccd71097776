import type { DataSource } from 'typeorm';
import { ApiKeys, type ApiKey } from '../../application/access/api-keys';
import { isStaffRole } from '../../application/access/principal';

interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly secret_hash: Buffer;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
}

const COLUMNS = 'id, name, role, secret_hash, created_at, revoked_at';

export class PostgresApiKeys extends ApiKeys {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async add(key: ApiKey): Promise<void> {
    await this.dataSource.query(`INSERT INTO api_keys (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)`, [
      key.id,
      key.name,
      key.role,
      Buffer.from(key.secretHash),
      key.createdAt,
      key.revokedAt,
    ]);
  }

  async findById(id: string): Promise<ApiKey | null> {
    const [row] = await this.dataSource.query<ApiKeyRow[]>(`SELECT ${COLUMNS} FROM api_keys WHERE id = $1`, [id]);
    return row === undefined ? null : fromRow(row);
  }

  async list(): Promise<ApiKey[]> {
    const order = 'ORDER BY created_at DESC, id DESC';
    return (await this.dataSource.query<ApiKeyRow[]>(`SELECT ${COLUMNS} FROM api_keys ${order}`)).map(fromRow);
  }

  async revoke(id: string, at: Date): Promise<boolean> {
    // The driver answers an UPDATE with its rows and their number, so the rows are read through a SELECT.
    const rows = await this.dataSource.query<unknown[]>(
      `WITH revoked AS (UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id)
       SELECT id FROM revoked`,
      [id, at],
    );
    return rows.length > 0;
  }
}

function fromRow(row: ApiKeyRow): ApiKey {
  const { id, name, role, secret_hash: secretHash, created_at: createdAt, revoked_at: revokedAt } = row;
  if (!isStaffRole(role)) throw new Error(`api key ${id} has an unknown role`);
  return { id, name, role, secretHash, createdAt, revokedAt };
}
