import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { dataDirArgument, explainUnrunnable, serverEnvironment, type DataFolderOptions } from './data-folder';
import { explainFailure } from './embedded-postgres-error';
import { runningAs } from './server-account';
import { SOCKET_PORT } from './socket-folder';

export interface PostmasterOptions extends DataFolderOptions {
  readonly socketFolder: string;
  readonly settings: Readonly<Record<string, string>>;
}

export interface Postmaster {
  readonly pid: number;
  /** by itself or by stop() */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const READY = 'database system is ready to accept connections';
const FAST_STOP_MS = 30_000;

export async function launchPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const { binaries, account, dataDir, log } = options;
  const child = spawn(binaries.postgres, serverArguments(options), {
    ...runningAs(account),
    cwd: dataDir,
    env: serverEnvironment(binaries),
    // Ctrl-C reaches the whole foreground group; PostgreSQL must outlive the last of our queries.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((done) => {
    child.once('exit', () => {
      done();
    });
    child.once('error', () => {
      if (child.pid === undefined) done();
    });
  });
  const dismissWatchdog = setWatchdog(child, options);
  void ended.then(dismissWatchdog);
  await readiness(child, binaries.postgres, log);
  return {
    pid: child.pid ?? 0,
    ended,
    stop: async () => {
      child.kill('SIGINT');
      const patience = setTimeout(() => child.kill('SIGQUIT'), FAST_STOP_MS);
      await ended;
      clearTimeout(patience);
    },
  };
}

function serverArguments({ dataDir, socketFolder, fsync, settings }: PostmasterOptions): string[] {
  const all: Record<string, string> = {
    listen_addresses: '',
    port: String(SOCKET_PORT),
    unix_socket_permissions: '0700',
    // Commits are still written before they are confirmed: a killed server keeps them, a power cut does not.
    ...(fsync ? {} : { fsync: 'off', full_page_writes: 'off' }),
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', dataDirArgument(dataDir), '-k', socketFolder, ...flags];
}

/** Resolves once the server answers; a server that ends before is told with its own words. */
async function readiness(child: ChildProcess, binary: string, log: (line: string) => void): Promise<void> {
  let output = '';
  await new Promise<void>((done, fail) => {
    child.once('error', (error) => {
      fail(explainUnrunnable(binary, error));
    });
    // 'exit' may come before the last lines, 'close' may wait for a child of the server
    child.once('exit', (code, signal) => {
      const end = signal ?? `exit code ${String(code)}`;
      void delay(100).then(() => {
        fail(explainFailure(`PostgreSQL ended while it was starting (${end})`, output));
      });
    });
    if (child.stderr === null) return;
    createInterface(child.stderr).on('line', (line) => {
      output = `${output}${line}\n`.slice(-4000);
      log(line);
      if (line.includes(READY)) done();
    });
  });
}

/**
 * A killed process runs no handler, but the system closes its pipes: at the end of its input this shell stops the
 * server and removes the socket. The word `done` sends it home, for by then the pid may be another process's.
 */
const WATCHDOG = `
read -r word
[ "$word" = done ] && exit 0
kill -INT "$1" 2>/dev/null
tries=0
while kill -0 "$1" 2>/dev/null && [ "$tries" -lt 600 ]; do tries=$((tries + 1)); sleep 0.1 2>/dev/null || sleep 1; done
rm -f "$2/.s.PGSQL.$3" "$2/.s.PGSQL.$3.lock" && rmdir "$2" 2>/dev/null
`;

function setWatchdog(server: ChildProcess, { account, socketFolder, log }: PostmasterOptions): () => void {
  if (server.pid === undefined) return () => undefined;
  const args = ['-c', WATCHDOG, 'cashdesk-watchdog', String(server.pid), socketFolder, String(SOCKET_PORT)];
  const watchdog = spawn('/bin/sh', args, {
    ...runningAs(account),
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.once('error', (error) => {
    log(`no watchdog (${error.message}): if this process is killed, PostgreSQL runs on until the next start`);
  });
  const { stdin } = watchdog;
  stdin.on('error', () => undefined); // it was killed; the next start does its work
  watchdog.unref();
  if (stdin instanceof Socket) stdin.unref();
  return () => stdin.end('done\n');
}
