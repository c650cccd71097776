import { transformFileSync } from '@swc/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Host } from '../../src/infrastructure/postgres/embedded/host';

/** A process of its own that starts the embedded PostgreSQL, for what cannot be done to the process of the tests. */
export interface LauncherProcess {
  readonly pid: number;
  /** resolves with what the process said when the server was ready, rejects with its error */
  readonly started: Promise<StartedServer>;
  /** the lines it wrote after that */
  readonly lines: string[];
  readonly ended: Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** what Ctrl-C does: the whole process group gets the signal */
  interrupt(): Promise<void>;
}

export interface StartedServer {
  readonly postmaster: number;
  readonly socketDir: string;
  readonly url: string;
}

export interface LauncherSetup {
  readonly dataDir: string;
  readonly host?: Partial<Omit<Host, 'accounts'>>;
  readonly uid?: number;
  readonly gid?: number;
}

const SOURCES = resolve(__dirname, '../../src/infrastructure/postgres/embedded');
const MODULES = resolve(__dirname, '../../node_modules');

const ENTRY = `
const { Client } = require('pg');
const { startEmbeddedPostgres } = require('./embedded-postgres');
const { thisHost } = require('./host');
const { dataDir, host } = JSON.parse(process.argv[2]);
const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
startEmbeddedPostgres({ dataDir, fsync: false }, { ...thisHost(), ...host }).then(
  (server) => {
    const end = async () => {
      const client = new Client({ connectionString: server.url('postgres') });
      await client.connect();
      await client.query('SELECT 1');
      say('the server still answers');
      await client.end();
      await server.stop();
    };
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
    void server.exited.then(() => say('the server ended by itself'));
    say({ postmaster: server.pid, socketDir: server.socketDir, url: server.url('postgres') });
  },
  (error) => say({ error: error.message }),
);
`;

/** Plain Node reads no TypeScript, and dist may be stale: the launcher is compiled into `folder`. */
export function compileLauncher(folder: string): string {
  mkdirSync(folder, { mode: 0o755 });
  for (const name of readdirSync(SOURCES)) {
    const { code } = transformFileSync(join(SOURCES, name));
    writeFileSync(join(folder, name.replace(/\.ts$/, '.js')), code, { mode: 0o644 });
  }
  const entry = join(folder, 'entry.js');
  writeFileSync(entry, ENTRY, { mode: 0o644 });
  return entry;
}

export function launch(entry: string, { dataDir, host = {}, ...account }: LauncherSetup): LauncherProcess {
  const child = spawn(process.execPath, [entry, JSON.stringify({ dataDir, host })], {
    ...account,
    cwd: '/',
    detached: true,
    env: { ...process.env, NODE_PATH: MODULES },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('the launcher process did not start');
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const lines: string[] = [];
  const started = firstAnswer(child, lines);
  started.catch(() => undefined);
  return {
    pid,
    started,
    lines,
    ended,
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
    interrupt: async () => {
      process.kill(-pid, 'SIGINT');
      await ended;
    },
  };
}

function firstAnswer(child: ChildProcess, lines: string[]): Promise<StartedServer> {
  return new Promise((done, fail) => {
    child.once('exit', () => {
      setTimeout(() => fail(new Error('the launcher process ended without an answer')), 200);
    });
    if (child.stdout === null) return;
    createInterface(child.stdout).on('line', (line) => {
      const said = JSON.parse(line) as StartedServer | { error: string } | string;
      if (typeof said === 'string') lines.push(said);
      else if ('error' in said) fail(new Error(said.error));
      else done(said);
    });
  });
}
