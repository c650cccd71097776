import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripeClient } from './simulator-under-test';

const LAUNCHER = join(__dirname, '../../scripts/stripe-simulator.mjs');

describe('The program', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const run = (...args: string[]): ChildProcess =>
    spawn(process.execPath, [LAUNCHER, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });

  const announced = async (child: ChildProcess): Promise<string> => {
    const [text] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    return text.toString();
  };

  const listening = async (child: ChildProcess): Promise<number> =>
    Number(/^Stripe simulator listening on http:\/\/127\.0\.0\.1:(\d+)\n/.exec(await announced(child))?.[1]);

  const ended = async (child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> => {
    const said = { stdout: '', stderr: '' };
    child.stdout?.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...said };
  };

  it.each(['SIGTERM', 'SIGINT'] as const)('says where it listens and ends cleanly by %s', async (signal) => {
    const child = run('--port', '0');
    const port = await listening(child);
    expect((await stripeClient(port).accounts.retrieveCurrent()).object).toBe('account');
    child.kill(signal);
    expect(await ended(child)).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('says which page, key, control and state there are', async () => {
    const child = run();
    const text = await announced(child);
    const url = /listening on (\S+)/.exec(text)?.[1] ?? '';
    expect(text.split('\n').slice(2)).toEqual([
      `  Page      ${url}/`,
      '  API key   sk_test_simulator (any sk_test_… will do), pk_test_simulator in a browser',
      `  Control   ${url}/_simulator names what it can do`,
      '  State     in memory',
      '',
    ]);
    child.kill();
    await ended(child);
  });

  it('makes a secret for the endpoint that it is given, and says it', async () => {
    const child = run('--webhook-url', 'http://127.0.0.1:9/hook');
    expect(await announced(child)).toMatch(/ {2}Webhooks {2}http:\/\/127\.0\.0\.1:9\/hook, signed with whsec_\w{32}\n/);
    child.kill();
    await ended(child);
  });

  it('starts several times at the same moment', async () => {
    const children = Array.from({ length: 4 }, () => run());
    const ports = await Promise.all(children.map(listening));
    expect(new Set(ports).size).toBe(4);
    for (const child of children) child.kill();
    await Promise.all(children.map(ended));
  });

  it('ends when its parent is gone, if told to', async () => {
    const child = run('--exit-with-stdin');
    await listening(child);
    child.stdin?.end();
    expect((await ended(child)).code).toBe(0);
  });

  it('has after kill -9 what it had answered before', async () => {
    const data = join(folder, 'data.jsonl');
    const first = run('--data', data);
    const port = await listening(first);
    const { id } = await stripeClient(port).paymentIntents.create({ amount: 1_000, currency: 'usd' });
    first.kill('SIGKILL');
    await once(first, 'close');
    const second = run('--data', data, '--port', String(port));
    expect(await listening(second)).toBe(port);
    expect((await stripeClient(port).paymentIntents.retrieve(id)).id).toBe(id);
    second.kill();
    await once(second, 'close');
  });

  it('is reached from this machine only, unless told to listen elsewhere', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address);
    const child = run();
    const port = await listening(child);
    for (const address of others) await expect(fetch(`http://${address}:${String(port)}/`)).rejects.toThrow();
    child.kill();
    await ended(child);
    const open = run('--bind', '0.0.0.0');
    const url = new URL(/listening on (\S+)/.exec(await announced(open))?.[1] ?? '');
    expect(url.hostname).toBe('0.0.0.0');
    for (const address of others) expect((await fetch(`http://${address}:${url.port}/`)).status).toBe(200);
    open.kill();
    await ended(open);
  });

  it('names every flag', async () => {
    const { code, stdout, stderr } = await ended(run('--help'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const flags = [...stdout.matchAll(/^ {2}(--\S+)/gm)].map(([, flag]) => flag);
    expect(flags).toEqual([
      '--port',
      '--host',
      '--bind',
      '--data',
      '--webhook-url',
      '--webhook-secret',
      '--public-url',
      '--exit-with-stdin',
      '--help',
    ]);
  });

  it.each([
    [['--port', 'abc'], "--port takes a number from 0 to 65535, not 'abc'"],
    [['--port', '65536'], "--port takes a number from 0 to 65535, not '65536'"],
    [['--colour', 'red'], 'there is no flag --colour; --help names every flag'],
    [['12111'], 'flags begin with --; --help names every flag'],
    [['--data', ''], '--data needs a value'],
    [['--webhook-secret', 'whsec_x'], '--webhook-secret needs a --webhook-url'],
    [['--webhook-url', 'somewhere'], "--webhook-url takes an address, not 'somewhere'"],
    [['--public-url', 'somewhere'], "--public-url takes an address, not 'somewhere'"],
    [['--data', tmpdir()], 'the file of --data cannot be used (EISDIR: illegal operation on a directory, read)'],
  ])('refuses %j in one line', async (args, line) => {
    expect(await ended(run(...args))).toEqual({ code: 1, stdout: '', stderr: `stripe simulator: ${line}\n` });
  });

  it('says that the port is taken', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const { code, stderr } = await ended(run('--port', port));
    other.close();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `stripe simulator: another process already listens at 127.0.0.1:${port}: end it, or give another --port\n`,
    });
  });
});
