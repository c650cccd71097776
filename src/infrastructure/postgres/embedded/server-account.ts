import { chownSync, lchownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError, USE_ANOTHER_DATABASE } from './embedded-postgres-error';
import type { Account, Host } from './host';

/** The account PostgreSQL runs under; undefined for our own. PostgreSQL refuses to run as root. */
export function chooseAccount(dataDir: string, host: Host): Account | undefined {
  if (host.uid !== 0) {
    const owner = statSync(dataDir, { throwIfNoEntry: false });
    if (owner !== undefined && host.uid !== undefined && owner.uid !== host.uid) {
      throw new EmbeddedPostgresError(
        `${dataDir} belongs to another account (uid ${String(owner.uid)}, this process has uid ${String(host.uid)}): ` +
          `start as that account or as root, or remove the folder if its data may be lost, or ${USE_ANOTHER_DATABASE}`,
      );
    }
    return undefined;
  }
  // The account that made the data keeps it, whatever accounts were added or removed since.
  const owner = statSync(join(dataDir, 'PG_VERSION'), { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) {
    return { name: `uid ${String(owner.uid)}`, uid: owner.uid, gid: owner.gid };
  }
  const accounts = host.accounts().filter((account) => account.uid !== 0);
  const account =
    accounts.find(({ name }) => name === 'postgres') ?? accounts.find(({ name }) => name === 'nobody') ?? accounts[0];
  if (account === undefined) {
    throw new EmbeddedPostgresError(
      'PostgreSQL refuses to run as root, and /etc/passwd names no other account: ' +
        `add one (useradd --system postgres), or ${USE_ANOTHER_DATABASE}`,
    );
  }
  return account;
}

/** For spawn: leave the account as it is, or become the chosen one. */
export function runningAs(account: Account | undefined): { uid?: number; gid?: number } {
  return account === undefined ? {} : { uid: account.uid, gid: account.gid };
}

export function handOver(path: string, account: Account | undefined): void {
  if (account !== undefined) chownSync(path, account.uid, account.gid);
}

/** A checkout copied by root has its data folder owned by root. */
export function handOverTree(folder: string, account: Account | undefined): void {
  if (account === undefined) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) handOverTree(path, account);
    else lchownSync(path, account.uid, account.gid);
  }
  handOver(folder, account);
}
