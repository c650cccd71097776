import type { DataSource } from 'typeorm';
import type { ApiKey } from '../../src/application/access/api-keys';
import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import { PostgresApiKeys } from '../../src/infrastructure/postgres/postgres-api-keys';
import { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import { eventually } from '../support/running-service';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const HOUR = 3_600_000;
const KEY: ApiKey = {
  id: 'key_1',
  name: 'shop',
  role: 'finance',
  scopes: null,
  secretHash: Buffer.alloc(32, 1),
  createdAt: new Date('2026-06-01T12:00:00.000Z'),
  expiresAt: null,
  rotatedAt: null,
  revokedAt: null,
};

let database: TestDatabase;
let dataSource: DataSource;
let keys: PostgresApiKeys;
beforeEach(async () => {
  database = await createTestDatabase();
  dataSource = await createDataSource({ url: database.url }).initialize();
  keys = new PostgresApiKeys(new PostgresUnitOfWork(dataSource));
});
afterEach(async () => {
  await dataSource.destroy();
  await database.drop();
});

const set = (assignment: string) => dataSource.query(`UPDATE api_keys SET ${assignment}`);

it('a key comes back as it was kept', async () => {
  const key: ApiKey = { ...KEY, scopes: ['payments:read'], expiresAt: new Date('2999-01-01T00:00:00.000Z') };
  await keys.add(key);
  const standing = { ...key, expired: false, previous: null, lastUsedAt: null };
  expect(await keys.findById('key_1')).toEqual(standing);
  expect(await keys.list()).toEqual([standing]);
});

it('the old secret ends with its overlap, by the clock of the database', async () => {
  await keys.add(KEY);
  const rotated = await keys.rotate('key_1', Buffer.alloc(32, 2), 30 * 24 * HOUR);
  expect(rotated).toMatchObject({ secretHash: Buffer.alloc(32, 2), previous: { secretHash: Buffer.alloc(32, 1) } });
  const [row] = await dataSource.query<{ days: number }[]>(
    `SELECT extract(epoch FROM previous_until - rotated_at)::float8 / 86400 AS days FROM api_keys`,
  );
  expect(row?.days).toBe(30);
  await set(`previous_until = now() - interval '1 second'`);
  expect((await keys.findById('key_1'))?.previous).toBeNull();
});

it('a second rotation ends the oldest secret, and one without overlap the old one', async () => {
  await keys.add(KEY);
  await keys.rotate('key_1', Buffer.alloc(32, 2), HOUR);
  expect((await keys.rotate('key_1', Buffer.alloc(32, 3), HOUR))?.previous?.secretHash).toEqual(Buffer.alloc(32, 2));
  expect((await keys.rotate('key_1', Buffer.alloc(32, 4), 0))?.previous).toBeNull();
});

it('an expired or a revoked key is not rotated', async () => {
  await keys.add(KEY);
  await set(`expires_at = now()`);
  expect((await keys.findById('key_1'))?.expired).toBe(true);
  expect(await keys.rotate('key_1', Buffer.alloc(32, 2), HOUR)).toBeNull();
  await set(`expires_at = NULL, revoked_at = now()`);
  expect(await keys.rotate('key_1', Buffer.alloc(32, 2), HOUR)).toBeNull();
  expect((await keys.findById('key_1'))?.secretHash).toEqual(KEY.secretHash);
});

it('rotated by several at once, it has the secret of one of them, and that of one before', async () => {
  await keys.add(KEY);
  const secrets = Array.from({ length: 8 }, (_, n) => Buffer.alloc(32, n + 2));
  await Promise.all(secrets.map((secret) => keys.rotate('key_1', secret, HOUR)));
  const key = await keys.findById('key_1');
  expect(secrets).toContainEqual(key?.secretHash);
  expect(secrets).toContainEqual(key?.previous?.secretHash);
  expect(key?.secretHash).not.toEqual(key?.previous?.secretHash);
});

it('a scope that nobody knows any more allows nothing', async () => {
  await keys.add({ ...KEY, scopes: ['payments:read'] });
  await set(`scopes = '{moons:write}'`);
  expect((await keys.findById('key_1'))?.scopes).toEqual([]);
});

it('a thousand uses are written once, and one a minute later again', async () => {
  await keys.add(KEY);
  const writes = jest.spyOn(dataSource, 'query');
  const updates = () => writes.mock.calls.filter(([sql]) => sql.startsWith('UPDATE')).length;
  const key = (await keys.findById('key_1'))!;
  for (let n = 0; n < 1_000; n++) keys.noteUse(key);
  await eventually(async () => {
    expect((await keys.findById('key_1'))?.lastUsedAt).not.toBeNull();
  });
  expect(updates()).toBe(1);
  const used = (await keys.findById('key_1'))!;
  const other = new PostgresApiKeys(new PostgresUnitOfWork(dataSource));
  other.noteUse(used);
  expect(updates()).toBe(1);
  other.noteUse({ ...used, lastUsedAt: new Date(Date.now() - 61_000) });
  expect(updates()).toBe(2);
});

it('a use that cannot be written harms nobody', async () => {
  await keys.add(KEY);
  const key = (await keys.findById('key_1'))!;
  await dataSource.query('ALTER TABLE api_keys RENAME TO elsewhere');
  keys.noteUse(key);
  await dataSource.query('ALTER TABLE elsewhere RENAME TO api_keys');
  expect((await keys.findById('key_1'))?.lastUsedAt).toBeNull();
});
