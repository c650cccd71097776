import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { explainFailure } from '../../src/infrastructure/postgres/embedded/embedded-postgres-error';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/infrastructure/postgres/embedded/embedded-postgres';
import { thisHost, type Host } from '../../src/infrastructure/postgres/embedded/host';
import { itWhere } from '../support/where';
import { compileLauncher, launch } from '../support/launcher-process';
import { query } from '../support/query';

const NOBODY = { name: 'nobody', uid: 65534, gid: 65534 };
const POSTGRES = { name: 'postgres', uid: 54321, gid: 54321 };

const itAsRoot = itWhere(process.getuid?.() === 0 && process.platform === 'linux', 'only root can try it');

describe('The embedded PostgreSQL, on whatever machine it finds', () => {
  let folder: string;
  let dataDir: string;
  let server: EmbeddedPostgres | undefined;
  let cases = 0;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cashdesk-spec-'));
    chmodSync(folder, 0o711);
  });

  beforeEach(() => {
    dataDir = join(folder, `case-${String(++cases)}`, 'postgres');
  });

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function startOn(host: Partial<Host>): Promise<EmbeddedPostgres> {
    server = await startEmbeddedPostgres({ dataDir, fsync: false }, { ...thisHost(), ...host });
    return server;
  }

  /** as npm lays it down under the umask 077 with install scripts off, in a folder that is closed to others */
  function closedPackage(): string {
    const closed = join(dirname(dataDir), 'home');
    mkdirSync(closed, { recursive: true, mode: 0o700 });
    const copy = join(closed, 'package');
    cpSync(installedPackage(), copy, { recursive: true, verbatimSymlinks: true });
    strip(copy);
    return copy;
  }

  function cacheRoot(): string {
    const root = join(dirname(dataDir), 'cache');
    mkdirSync(root, { recursive: true });
    chmodSync(dirname(root), 0o711);
    chmodSync(root, 0o755);
    return root;
  }

  itAsRoot('takes the account nobody where there is no account postgres', async () => {
    // initdb looks its account up in the real /etc/passwd, so that a made-up one would not do
    const started = await startOn({
      accounts: () =>
        thisHost()
          .accounts()
          .filter(({ name }) => name === 'nobody'),
    });
    expect(await query(started.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(statSync(dataDir).uid).toBe(
      thisHost()
        .accounts()
        .find(({ name }) => name === 'nobody')?.uid,
    );
  });

  itAsRoot('stays with the account that made the data', async () => {
    await (
      await startOn({
        accounts: () =>
          thisHost()
            .accounts()
            .filter(({ name }) => name === 'nobody'),
      })
    ).stop();
    await startOn({ accounts: () => [POSTGRES, NOBODY] });
    expect(statSync(dataDir).uid).toBe(
      thisHost()
        .accounts()
        .find(({ name }) => name === 'nobody')?.uid,
    );
  });

  itAsRoot('takes back data that root has copied', async () => {
    await (await startOn({})).stop();
    giveToRoot(dataDir);
    const started = await startOn({});
    expect(await query(started.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  itAsRoot('says what to do where there is no account but root', async () => {
    await expect(startOn({ accounts: () => [{ name: 'root', uid: 0, gid: 0 }] })).rejects.toThrow(
      /refuses to run as root, and \/etc\/passwd names no other account: add one .* or set DATABASE_URL/,
    );
  });

  itAsRoot('runs from a checkout in a folder closed to others, under the umask 077, without links', async () => {
    const packageFolder = closedPackage();
    const root = cacheRoot();
    dataDir = join(dirname(packageFolder), 'checkout', '.cashdesk', 'postgres');
    const umask = process.umask(0o077);
    try {
      const started = await startOn({ packageFolder, cacheRoots: [root] });
      expect(await query(started.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      process.umask(umask);
    }
    expect(readdirSync(root)).toEqual([expect.stringMatching(/^cashdesk-postgres-18\.\S+-linux-/)]);
  });

  itAsRoot('shares one copy of the binaries between two first starts at once', async () => {
    const host = { packageFolder: closedPackage(), cacheRoots: [cacheRoot()] };
    const entry = compileLauncher(join(folder, 'launcher'));
    const children = ['a', 'b'].map((name) =>
      launch(entry, { dataDir: join(dirname(dataDir), name, 'postgres'), host }),
    );
    try {
      await Promise.all(children.map(({ started }) => started));
      expect(readdirSync(host.cacheRoots[0] ?? '')).toHaveLength(1);
    } finally {
      await Promise.all(children.map((child) => child.kill('SIGTERM')));
    }
  });

  itAsRoot('runs no copy of the binaries that others can change', async () => {
    const host = { packageFolder: closedPackage(), cacheRoots: [cacheRoot()] };
    await (await startOn(host)).stop();
    const cache = join(host.cacheRoots[0] ?? '', readdirSync(host.cacheRoots[0] ?? '')[0] ?? '');
    chmodSync(cache, 0o777);
    await expect(startOn(host)).rejects.toThrow(/cashdesk-postgres-\S+ is writable by others/);
    chmodSync(cache, 0o755);
    chownSync(cache, NOBODY.uid, NOBODY.gid);
    await expect(startOn(host)).rejects.toThrow(/cashdesk-postgres-\S+ was not made by us/);
  });

  itAsRoot('runs under an ordinary account as that account', async () => {
    mkdirSync(dirname(dataDir), { recursive: true });
    chownSync(dirname(dataDir), NOBODY.uid, NOBODY.gid);
    const entry = compileLauncher(join(folder, 'ordinary'));
    const child = launch(entry, { dataDir, uid: NOBODY.uid, gid: NOBODY.gid });
    await child.started;
    expect(statSync(dataDir).uid).toBe(NOBODY.uid);
    await child.kill('SIGTERM');
  });

  itAsRoot('tells an ordinary account that the data are not its own', async () => {
    await (await startOn({})).stop();
    await expect(startOn({ uid: NOBODY.uid })).rejects.toThrow(/belongs to another account .* start as that account/);
  });

  it('runs deep down a long path, its temporary folder, too', async () => {
    const deep = join(dirname(dataDir), ...Array.from({ length: 12 }, () => 'a-folder-of-some-length'));
    mkdirSync(deep, { recursive: true });
    dataDir = join(deep, 'postgres');
    const started = await startOn({ socketRoots: [deep, ...thisHost().socketRoots] });
    expect(started.socketDir.length).toBeLessThan(90);
  });

  it('says what to do where no folder is short enough for its socket', async () => {
    const deep = join(dirname(dataDir), 'x'.repeat(100));
    mkdirSync(deep, { recursive: true });
    await expect(startOn({ socketRoots: [deep] })).rejects.toThrow(/can hold PostgreSQL's socket: .* set TMPDIR/);
  });

  it('says what to do on a machine it has no binaries for', async () => {
    await expect(startOn({ platform: 'win32' })).rejects.toThrow(/win32-\S+ .*: set DATABASE_URL/);
    await expect(startOn({ platform: 'linux', arch: 's390x' })).rejects.toThrow(/linux-s390x .*: set DATABASE_URL/);
    expect(existsSync(dataDir)).toBe(false);
  });

  it("keeps PostgreSQL's words when the disk is full", () => {
    const words = 'FATAL:  could not write to file "pg_wal/xlogtemp.29": No space left on device';
    expect(explainFailure('initdb failed (exit code 1)', `some progress\n${words}\n`).message).toBe(
      `initdb failed (exit code 1): ${words} (the disk is full: free some space and start again)`,
    );
  });
});

function installedPackage(): string {
  const launcher = require.resolve('embedded-postgres');
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  return dirname(dirname(require.resolve(name, { paths: [dirname(launcher)] })));
}

function strip(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) strip(path);
    else if (entry.isSymbolicLink()) rmSync(path);
    else chmodSync(path, (lstatSync(path).mode & 0o100) === 0 ? 0o600 : 0o700);
  }
}

function giveToRoot(path: string): void {
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) giveToRoot(join(path, name));
  chownSync(path, 0, 0);
}
