import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Stripe from 'stripe';
import { readingOnly } from '../../src/infrastructure/stripe/reading-only';
import { createStripeClient } from '../../src/infrastructure/stripe/stripe-client';

let server: Server;
let stripe: Stripe;
let asked: string[];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"re_1","object":"refund"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  stripe = createStripeClient({ secretKey: 'sk_test_1', apiUrl: `http://127.0.0.1:${String(port)}`, timeout: 5_000 });
});
beforeEach(() => {
  asked = [];
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it('Where nothing is to be changed, a question is asked, and a change is not sent', async () => {
  await readingOnly(() => stripe.refunds.retrieve('re_1'));
  const work = readingOnly(async () => {
    // Whoever takes the failure for an outage goes on.
    await stripe.refunds.create({ payment_intent: 'pi_1' }).catch(() => undefined);
    await stripe.customers.del('cus_1').catch(() => undefined);
  });
  await expect(work).rejects.toThrow('POST /v1/refunds was not sent');
  expect(asked).toEqual(['GET /v1/refunds/re_1']);
});

it('Elsewhere at the same time, changes are sent', async () => {
  await Promise.all([
    readingOnly(() => stripe.refunds.retrieve('re_1')),
    stripe.refunds.create({ payment_intent: 'pi_1' }),
  ]);
  expect(asked.sort()).toEqual(['GET /v1/refunds/re_1', 'POST /v1/refunds']);
});
