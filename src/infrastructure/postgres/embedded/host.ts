import { readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** What the launcher asks of the machine it runs on; tests answer for machines they do not have. */
export interface Host {
  readonly platform: string;
  readonly arch: string;
  /** undefined where the system knows no such ids */
  readonly uid: number | undefined;
  readonly accounts: () => readonly Account[];
  /** where a copy of the binaries may be kept, the best place first */
  readonly cacheRoots: readonly string[];
  /** where a socket folder may be made, the best place first */
  readonly socketRoots: readonly string[];
  /** where the package with the binaries lies, if not where Node finds it */
  readonly packageFolder?: string;
}

export function thisHost(): Host {
  const uid = process.getuid?.();
  const userCache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return {
    platform: process.platform,
    arch: process.arch,
    uid,
    accounts: readAccounts,
    cacheRoots: uid === 0 ? ['/var/cache', '/var/lib', tmpdir(), '/tmp'] : [userCache, tmpdir(), '/tmp'],
    socketRoots: [tmpdir(), '/tmp', '/var/tmp', '/dev/shm'],
  };
}

function readAccounts(): Account[] {
  let passwd: string;
  try {
    passwd = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return [];
  }
  return passwd.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (name === undefined || name === '' || name.startsWith('#') || !uid || !gid) return [];
    // macOS writes nobody's ids as -2
    return [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }];
  });
}
