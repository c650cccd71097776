import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compileSimulator } from './compiled-simulator';
import { stripeClient } from './simulator-under-test';

describe('The program', () => {
  let main: string;

  beforeAll(() => {
    main = compileSimulator();
  });
  afterAll(() => {
    rmSync(dirname(main), { recursive: true });
  });

  const run = (...args: string[]): ChildProcess =>
    spawn(process.execPath, [main, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });

  const listening = async (child: ChildProcess): Promise<number> => {
    const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const match = /^Stripe simulator listening on http:\/\/127\.0\.0\.1:(\d+)\n$/.exec(line.toString());
    return Number(match?.[1]);
  };

  const ended = async (child: ChildProcess): Promise<{ code: number | null; stderr: string }> => {
    let stderr = '';
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stderr };
  };

  it.each(['SIGTERM', 'SIGINT'] as const)('says where it listens and ends cleanly by %s', async (signal) => {
    const child = run('--port', '0');
    const port = await listening(child);
    expect((await stripeClient(port).accounts.retrieveCurrent()).object).toBe('account');
    child.kill(signal);
    expect(await ended(child)).toEqual({ code: 0, stderr: '' });
  });

  it('ends when its parent is gone, if told to', async () => {
    const child = run('--exit-with-stdin');
    await listening(child);
    child.stdin?.end();
    expect((await ended(child)).code).toBe(0);
  });

  it('has after kill -9 what it had answered before', async () => {
    const data = join(dirname(main), 'data.jsonl');
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

  it.each([
    [['--port', 'abc'], '--port'],
    [['--colour', 'red'], '--colour'],
    [['--webhook-url', 'http://x'], '--webhook-secret'],
  ])('refuses %j in one line', async (args, named) => {
    const { code, stderr } = await ended(run(...args));
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(named);
  });

  it('says that the port is taken', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { code, stderr } = await ended(run('--port', String((other.address() as AddressInfo).port)));
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain('already listens');
  });
});
