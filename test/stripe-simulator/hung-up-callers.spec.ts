import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { startSimulator } from '../../src/infrastructure/stripe-simulator/simulator';
import { SimulatorControl } from '../support/simulator-control';

describe('a caller that hangs up before the effect', () => {
  it('does not keep the events of that effect from being delivered', async () => {
    const received: string[] = [];
    const receiver = createServer((request, response) => {
      received.push(request.url ?? '');
      request.resume();
      response.end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address() as AddressInfo;
    const simulator = await startSimulator({
      webhook: { url: `http://127.0.0.1:${String(port)}/hook`, secret: 'whsec_x' },
    });
    const control = new SimulatorControl(simulator.url);
    try {
      await control.fault({ kind: 'delay', ms: 300 });
      await expect(
        fetch(`${simulator.url}/v1/payment_intents`, {
          method: 'POST',
          headers: { authorization: 'Bearer sk_test_x' },
          body: new URLSearchParams({ amount: '500', currency: 'gbp' }),
          signal: AbortSignal.timeout(100),
        }),
      ).rejects.toThrow();
      for (let look = 0; received.length === 0 && look < 100; look++) await new Promise((go) => setTimeout(go, 30));
      expect(received).toContain('/hook');
      // It was done, but nobody was told.
      expect(await control.journal()).toMatchObject([{ effect: true, status: 'none', outcome: 'lost' }]);
    } finally {
      await simulator.close();
      receiver.close();
    }
  });
});
