import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { accountCanEnter } from './account-access';
import { EmbeddedPostgresError, USE_ANOTHER_DATABASE } from './embedded-postgres-error';
import type { Account, Host } from './host';
import { runningAs } from './server-account';

interface CopyRequest {
  readonly native: string;
  readonly name: string;
  readonly account: Account | undefined;
  readonly host: Host;
  readonly prepare: (native: string) => boolean;
}

const STICKY = 0o1000;
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/**
 * A copy of the binaries that the account can read, made once per version. What lies there is executed, so it is used
 * only where nobody but root and ourselves can have put or changed it.
 */
export function cachedCopy(request: CopyRequest): string {
  const refusals: string[] = [];
  for (const root of request.host.cacheRoots) {
    try {
      return copyIn(root, request);
    } catch (error) {
      refusals.push(`${root}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new EmbeddedPostgresError(
    `the account ${request.account?.name ?? 'of this process'} cannot run PostgreSQL's binaries in ${request.native}, ` +
      `and no folder can hold a copy (${refusals.join('; ')}): open the folder to that account, or ${USE_ANOTHER_DATABASE}`,
  );
}

function copyIn(root: string, request: CopyRequest): string {
  const { name, account, host } = request;
  if (host.uid !== 0) mkdirSync(root, { recursive: true, mode: 0o700 });
  const folder = realpathSync(root);
  refuseUnsafe(folder, host);
  if (!accountCanEnter(account, folder)) throw new Error('closed to the account');
  const cache = join(folder, name);
  if (lstatSync(cache, { throwIfNoEntry: false }) === undefined) makeCopy(cache, request);
  refuseForeign(cache, host);
  return join(cache, 'native');
}

/** The path up to the folder must not be in strangers' hands; a sticky folder is fine, what is ours stays ours there. */
function refuseUnsafe(folder: string, host: Host): void {
  for (let at = folder; ; at = dirname(at)) {
    const { uid, mode } = statSync(at);
    if (uid !== 0 && uid !== host.uid) throw new Error(`${at} belongs to another account`);
    if ((mode & 0o022) !== 0 && (mode & STICKY) === 0) throw new Error(`${at} is writable by others`);
    if (at === dirname(at)) return;
  }
}

function refuseForeign(cache: string, host: Host): void {
  const stats = lstatSync(cache);
  if (!stats.isDirectory() || stats.uid !== (host.uid ?? stats.uid)) throw new Error(`${cache} was not made by us`);
  if ((stats.mode & 0o022) !== 0) throw new Error(`${cache} is writable by others`);
  if (!existsSync(join(cache, 'native', 'bin', 'postgres'))) throw new Error(`${cache} is incomplete: remove it`);
}

function makeCopy(cache: string, { native, account, prepare }: CopyRequest): void {
  removeAbandoned(cache);
  const half = mkdtempSync(`${cache}.new-`);
  try {
    const copy = join(half, 'native');
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    prepare(copy);
    openToRead(half);
    refuseUnrunnable(join(copy, 'bin', 'postgres'), join(copy, 'lib'), account);
    renameSync(half, cache);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    // Another start was faster; its copy is as good, and is judged like any other.
    if (!existsSync(cache)) throw error;
  }
}

/** Copies of starts that were killed in the middle; an hour, because a living one is done in a second. */
function removeAbandoned(cache: string): void {
  for (const name of readdirSync(dirname(cache))) {
    const path = join(dirname(cache), name);
    if (!path.startsWith(`${cache}.new-`)) continue;
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats !== undefined && Date.now() - stats.mtimeMs > ABANDONED_AFTER_MS) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

/** Modes are set and not inherited: the source may have been installed under umask 077. */
function openToRead(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToRead(path);
    else if (entry.isFile()) chmodSync(path, (statSync(path).mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}

/** A file system may be mounted so that nothing on it can be executed. */
function refuseUnrunnable(postgres: string, libraries: string, account: Account | undefined): void {
  const env = { LD_LIBRARY_PATH: libraries };
  const tried = spawnSync(postgres, ['--version'], { ...runningAs(account), cwd: '/', env, encoding: 'utf8' });
  if (tried.error !== undefined) throw tried.error;
  if (tried.status !== 0) throw new Error(tried.stderr.trim());
}
