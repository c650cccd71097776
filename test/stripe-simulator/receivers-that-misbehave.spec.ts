import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { eventually, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

/** Answers every request with these bytes, whatever it was, and closes unless told to stay. */
async function receiverOf(bytes: string, stays = false): Promise<{ server: Server; url: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => (stays ? socket.write(bytes) : socket.end(bytes)));
  });
  server.once('close', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = server.close.bind(server);
  server.close = (done) => {
    for (const socket of sockets) socket.destroy();
    return close(done);
  };
  return { server, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/` };
}

describe('A receiver of webhooks that misbehaves', () => {
  let simulator: SimulatorUnderTest;

  beforeEach(async () => {
    simulator = await simulatorUnderTest();
    await simulator.control.settings({ webhookMaxTries: 2, webhookBackoffMs: [10], webhookTimeoutMs: 200 });
  });
  afterEach(() => simulator.close());

  it.each([
    ['redirects', 'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n', false, 302],
    ['closes without an answer', '', false, null],
    ['talks no HTTP', 'hello\r\n\r\n', false, null],
    [
      'wants another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
      false,
      null,
    ],
    ['breaks off in its answer', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', false, null],
    ['never ends its answer', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', true, null],
    ['never answers', '', true, null],
  ])('that %s is tried again until the tries are used up', async (_does, bytes, stays, status) => {
    const { server, url } = await receiverOf(bytes, stays);
    try {
      await simulator.stripe.webhookEndpoints.create({ url, enabled_events: ['customer.created'] });
      await simulator.stripe.customers.create();
      const [delivery] = await eventually(
        () => simulator.control.deliveries(),
        (deliveries) => deliveries[0]?.status === 'failed',
      );
      expect(delivery?.tries.map((made) => made.status)).toEqual([status, status]);
    } finally {
      server.close();
    }
  });

  it('that takes nothing before the answer is asked again after the wait, not at once', async () => {
    const { server, url } = await receiverOf('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n');
    try {
      await simulator.control.settings({ webhookMaxTries: 3, webhookBackoffMs: [60_000] });
      await simulator.stripe.webhookEndpoints.create({ url, enabled_events: ['*'] });
      await simulator.control.fault({ kind: 'webhook_before_answer' });
      await simulator.stripe.customers.create();
      // When this one's event was tried, the other's would have been tried again.
      await simulator.stripe.customers.create();
      const deliveries = await eventually(
        () => simulator.control.deliveries(),
        (all) => all[1]?.tries.length === 1,
      );
      expect(deliveries.map(({ tries }) => tries.length)).toEqual([1, 1]);
    } finally {
      server.close();
    }
  });

  it('does not end the simulator when a state that was put back holds an endpoint that cannot be', async () => {
    await simulator.stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:1/', enabled_events: ['*'] });
    const { tables } = await simulator.control.savedState();
    const [endpoint] = tables.webhook_endpoints;
    await expect(
      fetch(`${simulator.url}/_simulator/seed`, {
        method: 'POST',
        body: JSON.stringify({
          tables: {
            webhook_endpoints: [{ ...endpoint, old_secrets: 5 }],
            events: [{ id: 'evt_1', type: 'customer.created' }],
            deliveries: [{ id: 'whd_1', event: 'evt_1', endpoint: endpoint?.id, url: 'x', status: 'pending' }],
          },
        }),
      }),
    ).resolves.toMatchObject({ status: 400 });
    await simulator.stripe.customers.create();
  });
});
