import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import type { NetConnectOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataSource } from '../../src/infrastructure/postgres/data-source';
import {
  ensureDatabase,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/infrastructure/postgres/embedded/embedded-postgres';
import { SOCKET_PORT } from '../../src/infrastructure/postgres/embedded/socket-folder';
import { query } from './query';

const DATABASE = 'cashdesk';

/** A PostgreSQL of one spec's own, which can be killed and started again on its data. */
export class KillablePostgres {
  #server: EmbeddedPostgres | null = null;

  private constructor(private readonly folder: string) {}

  /** With a migrated database. */
  static async start(): Promise<KillablePostgres> {
    // Its name tells a later run that it may be removed, if this one is killed.
    const folder = mkdtempSync(join(tmpdir(), `cashdesk-test-${String(process.pid)}-`));
    chmodSync(folder, 0o711);
    const postgres = new KillablePostgres(folder);
    await ensureDatabase(await postgres.restart(), DATABASE);
    await migrate(postgres.url);
    return postgres;
  }

  /** Past every proxy: for the specs themselves. */
  get url(): string {
    return this.running.url(DATABASE);
  }

  get isUp(): boolean {
    return this.#server !== null;
  }

  /** Where a proxy finds it; null while it is down. */
  get address(): NetConnectOpts | null {
    const server = this.#server;
    return server === null ? null : { path: join(server.socketDir, `.s.PGSQL.${String(SOCKET_PORT)}`) };
  }

  /** What the service is told, with a proxy in between. */
  urlBehind(port: number): string {
    return `postgresql://cashdesk@127.0.0.1:${String(port)}/${DATABASE}?sslmode=disable`;
  }

  /** As a machine that loses its power, but for the disk's own memory. */
  async kill(): Promise<void> {
    const server = this.running;
    this.#server = null;
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
  }

  /** What was committed is there again. */
  async restart(): Promise<EmbeddedPostgres> {
    this.#server ??= await startEmbeddedPostgres({ dataDir: join(this.folder, 'postgres'), fsync: false });
    return this.#server;
  }

  /** Ends every connection of the service's, as an administrator does. */
  async endConnections(): Promise<void> {
    await query(this.url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cashdesk'");
  }

  async remove(): Promise<void> {
    await this.#server?.stop();
    this.#server = null;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }

  private get running(): EmbeddedPostgres {
    if (this.#server === null) throw new Error('PostgreSQL was killed and not started again');
    return this.#server;
  }
}

async function migrate(url: string): Promise<void> {
  const dataSource = createDataSource({ url });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
}
