import { spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, mkdtempSync, openSync } from 'node:fs';
import { readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { EmbeddedPostgresError, explainFailure, explainUnknown, USE_ANOTHER_DATABASE } from './embedded-postgres-error';
import type { Account } from './host';
import { handOver, handOverTree, runningAs } from './server-account';
import type { ServerBinaries } from './server-binaries';

export const SUPERUSER = 'cashdesk';

export interface DataFolderOptions {
  readonly dataDir: string;
  readonly binaries: ServerBinaries;
  readonly account: Account | undefined;
  readonly fsync: boolean;
  readonly log: (line: string) => void;
}

/** The one name of the folder, so that two ways to write it meet at one lock; its parent exists afterwards. */
export function resolveDataDir(dataDir: string): string {
  const path = resolve(dataDir);
  if (existsSync(path)) return realpathSync(path);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return join(realpathSync(dirname(path)), basename(path));
}

/**
 * On Linux a server is started with the data as its working folder and knows it by that alone: the folder is entered
 * before root is dropped, so that parents closed to the account do not matter.
 */
export function dataDirArgument(folder: string): string {
  return existsSync('/proc/self/cwd') ? '/proc/self/cwd' : folder;
}

export function serverEnvironment(binaries: ServerBinaries): NodeJS.ProcessEnv {
  // PostgreSQL reads PGPORT, PGDATA and others; those in our own environment are meant for somebody else.
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', LD_LIBRARY_PATH: binaries.libraries };
}

/** Makes the cluster where there is none. Call it as the folder's owner only. */
export async function prepareDataFolder(options: DataFolderOptions): Promise<void> {
  const { dataDir, binaries, account } = options;
  removeHalfMade(dataDir);
  if (!existsSync(join(dataDir, 'global', 'pg_control'))) {
    setAsideUnusable(options);
    await makeCluster(options);
  }
  const major = readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim();
  if (major !== binaries.major) {
    throw new EmbeddedPostgresError(
      `${dataDir} was made by PostgreSQL ${major}, and this is PostgreSQL ${binaries.major}: ` +
        `move the folder away to begin with an empty database, or run a PostgreSQL ${major} on it and set DATABASE_URL`,
    );
  }
  if (account !== undefined && statSync(dataDir).uid !== account.uid) handOverTree(dataDir, account);
  chmodSync(dataDir, 0o700);
}

/** Made beside its place and moved when whole, so that a start killed in the middle leaves nothing that looks whole. */
async function makeCluster(options: DataFolderOptions): Promise<void> {
  const { dataDir, account, fsync } = options;
  const half = mkdtempSync(`${dataDir}.new-`);
  try {
    chmodSync(half, 0o700);
    handOver(half, account);
    await runInitdb(half, options);
    renameSync(half, dataDir);
    if (fsync) syncFolder(dirname(dataDir));
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    throw explainUnknown(`PostgreSQL's data folder could not be made at ${dataDir}`, error);
  }
}

async function runInitdb(folder: string, { binaries, account, fsync }: DataFolderOptions): Promise<void> {
  const args = ['-D', dataDirArgument(folder), '-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8', '--no-instructions'];
  // The C library's locales differ from machine to machine, PostgreSQL's own do not.
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C');
  if (!fsync) args.push('--no-sync');
  const child = spawn(binaries.initdb, args, {
    ...runningAs(account),
    cwd: folder,
    env: serverEnvironment(binaries),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output = (output + chunk).slice(-8000)));
  }
  const end = await new Promise<string | undefined>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => {
      done(code === 0 ? undefined : (signal ?? `exit code ${String(code)}`));
    });
  }).catch((error: unknown) => {
    throw explainUnrunnable(binaries.initdb, error);
  });
  if (end !== undefined) throw explainFailure(`initdb failed (${end})`, output);
}

/** A binary that is there and yet "not found" lacks its loader: the packages are built for glibc. */
export function explainUnrunnable(binary: string, error: unknown): EmbeddedPostgresError {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT' && existsSync(binary)) {
    return new EmbeddedPostgresError(
      `${binary} cannot run here: it needs glibc, which Alpine and other musl systems lack: ${USE_ANOTHER_DATABASE}`,
    );
  }
  return explainUnknown(`${binary} could not be started`, error);
}

function removeHalfMade(dataDir: string): void {
  for (const name of readdirSync(dirname(dataDir))) {
    if (!name.startsWith(`${basename(dataDir)}.new-`)) continue;
    try {
      rmSync(join(dirname(dataDir), name), { recursive: true, force: true, maxRetries: 3 });
    } catch {
      // its initdb may still be writing; a later start removes it
    }
  }
}

/** Not deleted: it has no control file and so is no database, but what it is instead we do not know. */
function setAsideUnusable({ dataDir, log }: DataFolderOptions): void {
  if (!existsSync(dataDir) || readdirSync(dataDir).length === 0) return;
  const aside = `${dataDir}.unusable-${new Date().toISOString().replace(/[-:.]/g, '')}`;
  renameSync(dataDir, aside);
  log(`${dataDir} held no whole database; it was moved to ${aside}, and a new one is made`);
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
