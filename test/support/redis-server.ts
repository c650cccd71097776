import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createServer, Socket, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';

export interface TestRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** A Redis of the caller's own; null, said loudly, where there is no redis-server, and an error where CI is set. */
export async function startRedis(): Promise<TestRedis | null> {
  if (spawnSync('redis-server', ['--version']).error !== undefined) {
    const message = 'redis-server is not installed: the Redis specs cannot run';
    if (process.env.CI !== undefined && process.env.CI !== '') throw new Error(message);
    process.stderr.write(`\n*** SKIPPED: ${message} ***\n\n`);
    return null;
  }
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const shell = spawnRedis(port);
    const ended = new Promise<void>((done) =>
      shell.once('exit', () => {
        done();
      }),
    );
    try {
      await ready(shell);
    } catch (error) {
      shell.stdin?.end();
      await ended;
      if (attempt < 5) continue;
      throw error;
    }
    releaseProcess(shell);
    return {
      url: `redis://127.0.0.1:${String(port)}`,
      stop: async () => {
        shell.stdin?.end();
        await ended;
      },
    };
  }
}

/** A spec that fails before it stops its Redis must not keep jest from ending; the shell sees to the rest. */
function releaseProcess(shell: ChildProcess): void {
  shell.unref();
  for (const stream of [shell.stdin, shell.stdout, shell.stderr]) if (stream instanceof Socket) stream.unref();
}

/** The shell ends Redis at the end of its own input, so that a killed jest worker leaves none behind. */
const KEEPER = '"$@" & redis=$!; read -r _; kill -KILL "$redis" 2>/dev/null; wait "$redis"; exit 0';

function spawnRedis(port: number): ChildProcess {
  // without persistence it writes nothing to its folder
  const settings = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    tmpdir(),
  ];
  return spawn('/bin/sh', ['-c', KEEPER, 'sh', 'redis-server', ...settings], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
}

async function ready(shell: ChildProcess): Promise<void> {
  let output = '';
  await new Promise<void>((done, fail) => {
    shell.once('error', fail);
    const listen = (chunk: string): void => {
      output += chunk;
      if (/ready to accept connections/i.test(output)) done();
      else if (/failed listening|fatal|aborting|exiting/i.test(output)) fail(new Error(`redis-server: ${output}`));
    };
    shell.stdout?.setEncoding('utf8').on('data', listen);
    shell.stderr?.setEncoding('utf8').on('data', listen);
    setTimeout(() => {
      fail(new Error(`redis-server does not get ready: ${output}`));
    }, 10_000).unref();
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
