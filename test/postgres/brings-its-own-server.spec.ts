import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ensureDatabase,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/infrastructure/postgres/embedded/embedded-postgres';
import { itWhere } from '../support/where';
import { compileLauncher, launch, type LauncherProcess } from '../support/launcher-process';
import { comesTrue, isAlive, pidsByCommand } from '../support/processes';
import { query } from '../support/query';

describe('The embedded PostgreSQL', () => {
  let folder: string;
  let entry: string;
  let dataDir: string;
  const launched: LauncherProcess[] = [];
  const servers: EmbeddedPostgres[] = [];
  let cases = 0;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cashdesk-spec-'));
    chmodSync(folder, 0o711);
    entry = compileLauncher(join(folder, 'launcher'));
  });

  beforeEach(() => {
    dataDir = join(folder, `case-${String(++cases)}`, 'postgres');
  });

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
    for (const child of launched.splice(0)) {
      const server = await child.started.catch(() => undefined);
      if (isAlive(child.pid)) await child.kill('SIGKILL');
      // whatever the case did to the watchdog, no server survives its case
      if (server !== undefined && isAlive(server.postmaster)) process.kill(server.postmaster, 'SIGQUIT');
      if (server !== undefined) await comesTrue(() => !isAlive(server.postmaster));
    }
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ dataDir, fsync: false });
    servers.push(server);
    return server;
  }

  function startProcess(): LauncherProcess {
    const child = launch(entry, { dataDir });
    launched.push(child);
    return child;
  }

  it('keeps its data over a second start', async () => {
    const first = await start();
    await ensureDatabase(first, 'shop');
    await query(first.url('shop'), 'CREATE TABLE visits (at timestamptz); INSERT INTO visits VALUES (now())');
    await first.stop();
    const second = await start();
    await ensureDatabase(second, 'shop');
    expect(await query(second.url('shop'), 'SELECT count(*)::int AS visits FROM visits')).toEqual([{ visits: 1 }]);
  });

  it('is reached through a folder of its own, that nobody else may enter, and not through a port', async () => {
    const server = await start();
    const [settings] = await query(
      server.url('postgres'),
      `SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets`,
    );
    expect(settings).toEqual({ addresses: '', sockets: server.socketDir });
    expect(modeOf(server.socketDir)).toBe(0o700);
    await server.stop();
    expect(existsSync(server.socketDir)).toBe(false);
  });

  it('is not led elsewhere by the settings of another PostgreSQL', async () => {
    const before = { ...process.env };
    Object.assign(process.env, { PGPORT: '1', PGHOST: 'nowhere', PGSSLMODE: 'require', PGDATA: '/nowhere' });
    try {
      const server = await start();
      expect(await query(server.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      process.env = before;
    }
  });

  it('lets one of several first starts win and tells the others who it is', async () => {
    const children = [startProcess(), startProcess(), startProcess()];
    const results = await Promise.allSettled(children.map(({ started }) => started));
    const winners = children.filter((_, index) => results[index]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(String(result.reason)).toContain(
          `another Cashdesk (pid ${String(winners[0]?.pid)}) is already running on ${dataDir}`,
        );
      }
    }
  });

  it('lets one of several starts win after the owner was killed', async () => {
    const killed = startProcess();
    await killed.started;
    await killed.kill('SIGKILL');
    const results = await Promise.allSettled([startProcess(), startProcess(), startProcess()].map((c) => c.started));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('ends, its socket with it, when its owner is killed', async () => {
    const owner = startProcess();
    const { postmaster, socketDir } = await owner.started;
    await owner.kill('SIGKILL');
    expect(await comesTrue(() => !isAlive(postmaster))).toBe(true);
    expect(await comesTrue(() => !existsSync(socketDir))).toBe(true);
  });

  itWhere(process.platform === 'linux', 'it needs /proc')(
    'is stopped and started anew when it outlived its owner',
    async () => {
      const owner = startProcess();
      const { postmaster, socketDir, url } = await owner.started;
      await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
      for (const watchdog of pidsByCommand(`cashdesk-watchdog ${String(postmaster)} `))
        process.kill(watchdog, 'SIGKILL');
      await owner.kill('SIGKILL');
      expect(isAlive(postmaster)).toBe(true);
      const next = await start();
      expect(isAlive(postmaster)).toBe(false);
      expect(existsSync(socketDir)).toBe(false);
      expect(await query(next.url('postgres'), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    },
  );

  it('recovers when server, watchdog and owner were killed together', async () => {
    const owner = startProcess();
    const { postmaster, url } = await owner.started;
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    process.kill(postmaster, 'SIGKILL');
    await owner.kill('SIGKILL');
    const next = await start();
    expect(await query(next.url('postgres'), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('starts although the pid of a lost server now belongs to a stranger', async () => {
    const first = await start();
    const pidFile = join(dataDir, 'postmaster.pid');
    const lines = readFileSync(pidFile, 'utf8').split('\n');
    await first.stop();
    const stranger = spawn('sleep', ['60'], process.getuid?.() === 0 ? ownerOf(dataDir) : {});
    try {
      writeFileSync(pidFile, [String(stranger.pid), ...lines.slice(1)].join('\n'));
      expect(await query((await start()).url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('begins again when an earlier start died while it made the data folder', async () => {
    mkdirSync(`${dataDir}.new-AbCdEf/base`, { recursive: true });
    writeFileSync(join(`${dataDir}.new-AbCdEf`, 'PG_VERSION'), '18\n');
    await start();
    expect(existsSync(`${dataDir}.new-AbCdEf`)).toBe(false);
  });

  it('sets a data folder aside that holds no whole database', async () => {
    mkdirSync(join(dataDir, 'base'), { recursive: true });
    writeFileSync(join(dataDir, 'PG_VERSION'), '18\n');
    await start();
    const aside = readdirSync(join(dataDir, '..')).filter((name) => name.startsWith('postgres.unusable-'));
    expect(aside).toHaveLength(1);
  });

  it('refuses the data of another PostgreSQL', async () => {
    await (await start()).stop();
    writeFileSync(join(dataDir, 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(`${dataDir} was made by PostgreSQL 17, and this is PostgreSQL 18: move the`);
  });

  it("says with PostgreSQL's own words why it does not start", async () => {
    const starting = startEmbeddedPostgres({ dataDir, fsync: false, settings: { shared_buffers: 'plenty' } });
    await expect(starting).rejects.toThrow(/invalid value for parameter "shared_buffers": "plenty"/);
    await expect(start()).resolves.toBeDefined();
  });

  it('outlives a Ctrl-C for the last queries of its owner', async () => {
    const owner = startProcess();
    const { postmaster } = await owner.started;
    await owner.interrupt();
    expect(owner.lines).toEqual(['the server still answers']);
    expect(isAlive(postmaster)).toBe(false);
  });

  it('tells its owner when it ends by itself, and lets the next one start', async () => {
    const server = await start();
    process.kill(server.pid, 'SIGQUIT');
    await server.exited;
    expect(existsSync(server.socketDir)).toBe(false);
    await expect(start()).resolves.toBeDefined();
  });
});

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

function ownerOf(path: string): { uid: number; gid: number } {
  const { uid, gid } = statSync(path);
  return { uid, gid };
}
