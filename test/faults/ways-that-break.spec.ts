import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createServer as createHttpServer, type Server } from 'node:http';
import { TcpProxy } from '../support/tcp-proxy';

/** What the proxies do that stand before PostgreSQL, Redis, Stripe and the service in the fault suite. */
describe('a way between two processes', () => {
  let server: Server;
  let way: TcpProxy;
  let done: string[];

  beforeEach(async () => {
    done = [];
    server = createHttpServer((request, response) => {
      done.push(request.url ?? '');
      response.end(`${request.url ?? ''} ${'x'.repeat(20_000)}`);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    way = await TcpProxy.open(() => ({ host: '127.0.0.1', port }));
  });
  afterEach(async () => {
    await way.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const ask = async (path: string, patience = 5_000): Promise<string> => {
    const signal = AbortSignal.timeout(patience);
    const answer = await fetch(`http://127.0.0.1:${String(way.port)}${path}`, { signal });
    return (await answer.text()).split(' ')[0]!;
  };

  it('passes everything on', async () => {
    expect(await Promise.all(['/a', '/b', '/c'].map((path) => ask(path)))).toEqual(['/a', '/b', '/c']);
    expect([...way.struck]).toEqual([]);
  });

  it('can be refused and allowed again, on the same port', async () => {
    const { port } = way;
    await way.refuse();
    await expect(ask('/refused')).rejects.toThrow('fetch failed');
    await way.allow();
    expect(way.port).toBe(port);
    expect(await ask('/allowed')).toBe('/allowed');
    expect(done).toEqual(['/allowed']);
  });

  it('can lose an answer though what was asked for is done', async () => {
    way.loseAnswer('/lost');
    expect(await ask('/kept')).toBe('/kept');
    await expect(ask('/lost')).rejects.toThrow('fetch failed');
    expect(await ask('/lost')).toBe('/lost');
    expect(done).toEqual(['/kept', '/lost', '/lost']);
    expect([...way.struck]).toEqual([['lose_answer', 1]]);
  });

  it('can cut an answer in the middle', async () => {
    way.cutAfter(5_000);
    const answer = await fetch(`http://127.0.0.1:${String(way.port)}/cut`);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
    expect([...way.struck]).toEqual([['cut_after', 1]]);
  });

  it('can swallow everything for a while, and then brings it', async () => {
    way.blackhole();
    const asked = ask('/later');
    await expect(ask('/never', 200)).rejects.toThrow('timeout');
    expect(done).toEqual([]);
    await way.clear();
    expect(await asked).toBe('/later');
    expect([...way.struck]).toEqual([['blackhole', 1]]);
  });

  it('can be slow in one way and in the other', async () => {
    const milliseconds = async (): Promise<number> => {
      const begun = performance.now();
      await ask('/slow');
      return performance.now() - begun;
    };
    way.delay(100);
    expect(await milliseconds()).toBeGreaterThan(190);
    way.throttle(100_000);
    expect(await milliseconds()).toBeGreaterThan(190);
    expect([...way.struck]).toEqual([
      ['delay', 1],
      ['throttle', 1],
    ]);
  });

  it('can be cut while something is under way', async () => {
    way.blackhole();
    const asked = ask('/cut');
    while (way.connections + done.length === 0 && !way.struck.has('blackhole')) await new Promise(setImmediate);
    way.cut();
    await expect(asked).rejects.toThrow('fetch failed');
  });

  it('leads nowhere while nobody listens at its end', async () => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    await once(nobody, 'close');
    const lost = await TcpProxy.open(() => ({ host: '127.0.0.1', port }));
    await expect(fetch(`http://127.0.0.1:${String(lost.port)}/`)).rejects.toThrow('fetch failed');
    await lost.close();
  });
});
