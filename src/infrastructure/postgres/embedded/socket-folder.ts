import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
  accessSync,
  constants,
} from 'node:fs';
import { basename, join } from 'node:path';
import { accountCanEnter } from './account-access';
import { EmbeddedPostgresError } from './embedded-postgres-error';
import type { Account, Host } from './host';
import { handOver } from './server-account';

export const SOCKET_PORT = 5432;
const SOCKET_NAME = `.s.PGSQL.${String(SOCKET_PORT)}`;
const FOLDER_NAME = /^cashdesk-[0-9a-f]{12}$/;
const STICKY = 0o1000;

/** Only a name: the lock records it before the folder is made, so that whoever comes after us can find it. */
export function nameSocketFolder(account: Account | undefined, host: Host): string {
  const name = `cashdesk-${randomBytes(6).toString('hex')}`;
  // sun_path, with its closing zero
  const limit = host.platform === 'linux' ? 107 : 103;
  for (const root of host.socketRoots) {
    const folder = usableRoot(root, account);
    if (folder === undefined) continue;
    const path = join(folder, name);
    if (Buffer.byteLength(join(path, SOCKET_NAME)) <= limit) return path;
  }
  throw new EmbeddedPostgresError(
    `none of ${host.socketRoots.join(', ')} can hold PostgreSQL's socket: a folder is needed that is writable, ` +
      'open to the account PostgreSQL runs under and shorter than 70 bytes; set TMPDIR to one',
  );
}

export function isSocketFolder(path: string): boolean {
  return FOLDER_NAME.test(basename(path));
}

export function makeSocketFolder(folder: string, account: Account | undefined): void {
  mkdirSync(folder, { mode: 0o700 });
  chmodSync(folder, 0o700);
  handOver(folder, account);
}

/**
 * The parent may be shared with strangers, and the name may come from a file: so nothing is deleted but what PostgreSQL
 * puts there, in a folder that is named as ours and is no link.
 */
export function removeSocketFolder(folder: string): void {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true || !isSocketFolder(folder)) return;
  try {
    for (const name of [SOCKET_NAME, `${SOCKET_NAME}.lock`]) rmSync(join(folder, name), { force: true });
    rmdirSync(folder);
  } catch {
    // left behind: it is empty of secrets, and a start must not fail over it
  }
}

function usableRoot(root: string, account: Account | undefined): string | undefined {
  try {
    const path = realpathSync(root);
    accessSync(path, constants.W_OK | constants.X_OK);
    const stats = statSync(path);
    // Where strangers may rename each other's folders, a private one is not private.
    const renameable = (stats.mode & 0o022) !== 0 && (stats.mode & STICKY) === 0;
    return stats.isDirectory() && !renameable && accountCanEnter(account, path) ? path : undefined;
  } catch {
    return undefined;
  }
}
