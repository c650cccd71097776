import { ApiKeys, type ApiKey, type StandingApiKey } from '../../application/access/api-keys';
import { isStaffRole } from '../../application/access/principal';
import { isScope } from '../../application/access/scopes';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';
import { RowLookups } from './row-lookups';

interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly scopes: string[] | null;
  readonly secret_hash: Buffer;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly expired: boolean;
  readonly rotated_at: Date | null;
  readonly previous_secret_hash: Buffer | null;
  readonly previous_until: Date | null;
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
}

/** What expired, and whether the secret before is still taken, is decided by the clock of the database. */
const STANDING = `id, name, role, scopes, secret_hash, created_at, expires_at, rotated_at, last_used_at, revoked_at,
  coalesce(expires_at <= now(), false) AS expired,
  CASE WHEN previous_until > now() THEN previous_secret_hash END AS previous_secret_hash,
  CASE WHEN previous_until > now() THEN previous_until END AS previous_until`;

const FIND = `SELECT ${STANDING} FROM api_keys WHERE id = ANY($1::text[])`;

/** A use is written when the last one that was written is older than this, in milliseconds. */
const USE_WRITTEN_EVERY = 60_000;

/** Every question is asked of the database and nothing is kept, so that what one instance revokes ends on all. */
export class PostgresApiKeys extends ApiKeys {
  /** When this process last wrote a use, by key: requests that come together write one. */
  readonly #written = new Map<string, number>();
  private readonly lookups: RowLookups<ApiKeyRow>;

  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
    this.lookups = new RowLookups(unitOfWork, FIND);
  }

  async add(key: ApiKey): Promise<void> {
    await this.unitOfWork.manager.query(
      `INSERT INTO api_keys (id, name, role, scopes, secret_hash, created_at, expires_at, rotated_at, revoked_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        key.id,
        key.name,
        key.role,
        key.scopes,
        Buffer.from(key.secretHash),
        key.createdAt,
        key.expiresAt,
        key.rotatedAt,
        key.revokedAt,
      ],
    );
  }

  async findById(id: string): Promise<StandingApiKey | null> {
    const row = await this.lookups.find(id);
    return row === null ? null : fromRow(row);
  }

  async list(): Promise<StandingApiKey[]> {
    const order = 'ORDER BY created_at DESC, id DESC';
    return (await this.unitOfWork.manager.query<ApiKeyRow[]>(`SELECT ${STANDING} FROM api_keys ${order}`)).map(fromRow);
  }

  async revoke(id: string, at: Date): Promise<boolean> {
    // The driver answers an UPDATE with its rows and their number, so the rows are read through a SELECT.
    const rows = await this.unitOfWork.manager.query<unknown[]>(
      `WITH revoked AS (UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id)
       SELECT id FROM revoked`,
      [id, at],
    );
    return rows.length > 0;
  }

  async rotate(id: string, secretHash: Uint8Array, overlap: number): Promise<StandingApiKey | null> {
    const [row] = await this.unitOfWork.manager.query<ApiKeyRow[]>(
      `WITH rotated AS (
         UPDATE api_keys
            SET secret_hash = $2, rotated_at = now(),
                previous_secret_hash = CASE WHEN $3::float8 > 0 THEN secret_hash END,
                previous_until = CASE WHEN $3 > 0 THEN now() + $3 * interval '1 millisecond' END
          WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
         RETURNING *)
       SELECT ${STANDING} FROM rotated`,
      [id, Buffer.from(secretHash), overlap],
    );
    return row === undefined ? null : fromRow(row);
  }

  noteUse({ id, lastUsedAt }: StandingApiKey): void {
    const now = Date.now();
    const last = Math.max(lastUsedAt?.getTime() ?? 0, this.#written.get(id) ?? 0);
    if (now - last < USE_WRITTEN_EVERY) return;
    this.#written.set(id, now);
    // When it fails, the next use after a minute is written: nothing depends on it.
    this.unitOfWork.manager
      .query('UPDATE api_keys SET last_used_at = now() WHERE id = $1', [id])
      .catch(() => undefined);
  }
}

function fromRow(row: ApiKeyRow): StandingApiKey {
  const { id, name, role, scopes } = row;
  if (!isStaffRole(role)) throw new Error(`api key ${id} has an unknown role`);
  const until = row.previous_until;
  return {
    id,
    name,
    role,
    // One that is not known any more allows nothing, and the key does not get all of its role for it.
    scopes: scopes?.filter(isScope) ?? null,
    secretHash: row.secret_hash,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    expired: row.expired,
    rotatedAt: row.rotated_at,
    previous:
      row.previous_secret_hash === null || until === null ? null : { secretHash: row.previous_secret_hash, until },
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  };
}
