import { setTimeout as delay } from 'node:timers/promises';
import { Client, DatabaseError, escapeIdentifier } from 'pg';
import { prepareDataFolder, resolveDataDir, SUPERUSER } from './data-folder';
import { EmbeddedPostgresError, explainUnknown } from './embedded-postgres-error';
import { thisHost, type Host } from './host';
import { stopOrphan } from './orphan-server';
import { acquireOwnership, type Ownership } from './owner-lock';
import { launchPostmaster, type Postmaster, type PostmasterOptions } from './postmaster';
import { chooseAccount } from './server-account';
import { findBinaries } from './server-binaries';
import { makeSocketFolder, nameSocketFolder, removeSocketFolder, SOCKET_PORT } from './socket-folder';

export interface EmbeddedPostgresOptions {
  /** `<dataDir>.lock` and, for a moment, `<dataDir>.new-…` stand beside it */
  readonly dataDir: string;
  /** true unless given; false only where the data may be lost */
  readonly fsync?: boolean;
  /** PostgreSQL's own log, line by line */
  readonly log?: (line: string) => void;
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  readonly socketDir: string;
  readonly pid: number;
  /** resolves if the server ends by itself, and only then */
  readonly exited: Promise<void>;
  url(database: string): string;
  stop(): Promise<void>;
}

/** A real PostgreSQL on a private Unix socket, for this process alone, that ends with it. */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
  host: Host = thisHost(),
): Promise<EmbeddedPostgres> {
  try {
    const dataDir = resolveDataDir(options.dataDir);
    const account = chooseAccount(dataDir, host);
    const binaries = findBinaries(account, host);
    const socketFolder = nameSocketFolder(account, host);
    const { fsync = true, log = () => undefined, settings = {} } = options;
    const ownership = await acquireOwnership(dataDir, socketFolder);
    const release = (): void => {
      removeSocketFolder(socketFolder);
      ownership.release();
    };
    try {
      const launch = { dataDir, account, binaries, socketFolder, fsync, log, settings };
      return serve(await launchAsOwner(launch, ownership), socketFolder, release);
    } catch (error) {
      release();
      throw error;
    }
  } catch (error) {
    throw explainUnknown(`the embedded PostgreSQL could not start on ${options.dataDir}`, error);
  }
}

export async function ensureDatabase(server: EmbeddedPostgres, name: string): Promise<void> {
  const client = new Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${escapeIdentifier(name)}`);
  } catch (error) {
    const made = error instanceof DatabaseError && (error.code === '42P04' || error.code === '23505');
    if (!made) throw error;
  } finally {
    await client.end();
  }
}

/** What a killed server leaves may take a moment to go: its last children, or a server that had just begun to start. */
const PASSING = /pre-existing shared memory block|lock file "\S+" already exists/;
const ATTEMPTS = 40;

async function launchAsOwner(options: PostmasterOptions, ownership: Ownership): Promise<Postmaster> {
  const { dataDir, account, socketFolder, log } = options;
  for (let attempt = 1; ; attempt++) {
    await stopOrphan(dataDir, ownership.leftSocketFolders, account, log);
    ownership.leftSocketFolders.forEach(removeSocketFolder);
    await prepareDataFolder(options);
    if (attempt === 1) makeSocketFolder(socketFolder, account);
    try {
      const postmaster = await launchPostmaster(options);
      ownership.settle();
      return postmaster;
    } catch (error) {
      const passing = error instanceof EmbeddedPostgresError && PASSING.test(error.output);
      if (!passing || attempt === ATTEMPTS) throw error;
      await delay(250);
    }
  }
}

function serve(postmaster: Postmaster, socketDir: string, release: () => void): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  const released = postmaster.ended.then(release);
  const exited = new Promise<void>((done) => {
    void released.then(() => {
      if (stopping === undefined) done();
    });
  });
  return {
    socketDir,
    pid: postmaster.pid,
    exited,
    // The port and the mode are said, or a client would take them from PGPORT and PGSSLMODE.
    url: (database) =>
      `postgresql://${SUPERUSER}@${encodeURIComponent(socketDir)}:${String(SOCKET_PORT)}/${encodeURIComponent(database)}?sslmode=disable`,
    stop: () => {
      stopping ??= postmaster.stop().then(() => released);
      return stopping;
    },
  };
}
