import { statSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { Account } from './host';

const READ = 4;
const ENTER = 1;

/** `undefined` stands for our own account, which is not root and sees what it sees. */
export function accountCanEnter(account: Account | undefined, folder: string): boolean {
  if (account === undefined) return true;
  for (let at = folder; ; at = dirname(at)) {
    if (!grants(statSync(at), account, ENTER)) return false;
    if (at === dirname(at)) return true;
  }
}

/** of the file or folder alone; whether its parents can be entered is another question */
export function accountCanRead(account: Account | undefined, path: string): boolean {
  if (account === undefined) return true;
  const stats = statSync(path);
  const needed = stats.isDirectory() || (stats.mode & 0o111) !== 0 ? READ | ENTER : READ;
  return grants(stats, account, needed);
}

function grants(stats: Stats, account: Account, needed: number): boolean {
  const shift = stats.uid === account.uid ? 6 : stats.gid === account.gid ? 3 : 0;
  return ((stats.mode >> shift) & needed) === needed;
}
