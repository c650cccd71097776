import { join } from 'node:path';
import { parse } from 'pg-connection-string';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import { TcpProxy } from '../support/tcp-proxy';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const SERVER_PROCESS = 'SELECT pg_backend_pid() AS pid';

describe('A connection that does not answer in time', () => {
  let database: TestDatabase;
  let way: TcpProxy;
  let source: DataSource;
  beforeAll(async () => {
    database = await createTestDatabase();
    const { host, port, user, database: name } = parse(database.url);
    way = await TcpProxy.open(() => ({ path: join(String(host), `.s.PGSQL.${port ?? '5432'}`) }));
    const url = `postgresql://${String(user)}@127.0.0.1:${String(way.port)}/${String(name)}?sslmode=disable`;
    source = createDataSource({ url, poolSize: 1, statementTimeout: 100 });
    await source.initialize();
  });
  afterEach(() => way.clear());
  afterAll(async () => {
    await source.destroy();
    await way.close();
    await database.drop();
  });

  async function serverProcess(): Promise<unknown> {
    const [row] = await source.query<{ pid: number }[]>(SERVER_PROCESS);
    return row?.pid;
  }

  it('is not used again, though PostgreSQL answers later', async () => {
    const before = await serverProcess();
    way.blackhole();
    await expect(source.query(SERVER_PROCESS)).rejects.toThrow('Query read timeout');
    way.calm();
    expect(await serverProcess()).not.toBe(before);
  });

  it('takes its transaction with it, and what comes next is in none', async () => {
    const transaction = source.transaction(async (manager) => {
      await manager.query('CREATE TABLE half_done (id int)');
      way.blackhole();
      await manager.query(SERVER_PROCESS);
    });
    await expect(transaction).rejects.toThrow('Query read timeout');
    way.calm();
    await source.query('CREATE TABLE done (id int)');
    const look = createDataSource({ url: database.url });
    await look.initialize();
    const tables = await look.query<object[]>(`SELECT relname FROM pg_class WHERE relname LIKE '%done'`);
    await look.destroy();
    expect(tables).toEqual([{ relname: 'done' }]);
  });
});
