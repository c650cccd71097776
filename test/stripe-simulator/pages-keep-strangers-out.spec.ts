import { createHash } from 'node:crypto';
import { request } from 'node:http';
import type Stripe from 'stripe';
import { refusalOf } from '../../src/infrastructure/stripe-simulator/control/pages/guard';
import { elements, parsePage, textOf } from './page-document';
import { foreignParts } from './page-accessibility';
import { confirmedPayment, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';
import { Visitor } from './visitor';

const UI = '/_simulator/ui';
const SCRIPT = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&lt;b&gt;`;

describe('The pages, in a browser that also shows other sites', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;
  let visitor: Visitor;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
    visitor = new Visitor(simulator.url);
  });
  afterAll(() => simulator.close());

  /** Sent by hand: fetch sets these headers itself. */
  const ask = (method: string, path: string, headers: Record<string, string>): Promise<number> =>
    new Promise((resolve, reject) => {
      const asked = request(
        { host: '127.0.0.1', port: simulator.port, method, path, headers: { 'Content-Length': '0', ...headers } },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      asked.on('error', reject);
      asked.end();
    });

  it.each([
    [{ 'Sec-Fetch-Site': 'cross-site' }],
    [{ 'Sec-Fetch-Site': 'same-site' }],
    [{ Origin: 'https://evil.example' }],
    [{ Origin: 'http://127.0.0.1:1' }],
    [{ Origin: 'null' }],
  ])('change nothing for a page that sends %j', async (headers) => {
    await simulator.control.fault({ kind: 'webhook_drop' });
    for (const path of [
      '/_simulator/ui/reset',
      '/_simulator/ui/faults/clear',
      '/_simulator/reset',
      '/_simulator/clock',
    ]) {
      expect(await ask('POST', path, headers as Record<string, string>)).toBe(403);
    }
    expect(await ask('DELETE', '/_simulator/faults', headers as Record<string, string>)).toBe(403);
    expect(await simulator.control.faults()).toHaveLength(1);
    await simulator.control.clearFaults();
  });

  it('take what their own forms send, and what no page sent', async () => {
    const origin = simulator.url;
    expect(await ask('POST', `${UI}/faults/clear`, { Origin: origin, 'Sec-Fetch-Site': 'same-origin' })).toBe(303);
    expect(await ask('POST', `${UI}/faults/clear`, { 'Sec-Fetch-Site': 'none' })).toBe(303);
    expect(await ask('POST', `${UI}/faults/clear`, {})).toBe(303);
  });

  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1', 'a b'])(
    'are not shown under the name %j, which may have been bent to this machine',
    async (host) => {
      for (const path of ['/', `${UI}/payments`, '/_simulator/state'])
        expect(await ask('GET', path, { Host: host })).toBe(403);
    },
  );

  it.each(['localhost:12111', 'LOCALHOST', '127.0.0.1', '127.9.9.9:80', '[::1]:12111', 'stripe.localhost'])(
    'are shown under the name %s',
    async (host) => {
      expect(await ask('GET', '/', { Host: host })).toBe(200);
    },
  );

  it('are shown under the name that the simulator was given', () => {
    const own = { host: '0.0.0.0', publicUrl: 'https://stripe.test.example' };
    const asked = (host: string, method = 'GET', headers = {}): boolean =>
      refusalOf(method, { host, ...headers }, own) === null;
    expect(asked('stripe.test.example')).toBe(true);
    expect(asked('192.168.0.7:12111')).toBe(true);
    expect(asked('stripe:12111')).toBe(true);
    expect(asked('host.docker.internal:12111')).toBe(true);
    expect(asked('evil.example')).toBe(false);
    expect(asked('')).toBe(false);
    expect(asked('127.0.0.1:12111', 'POST', { origin: 'https://stripe.test.example' })).toBe(true);
    expect(asked('127.0.0.1:12111', 'POST', { origin: 'https://other.test.example' })).toBe(false);
  });

  it('leave the API open under every name, because it asks for a key', async () => {
    expect(await ask('GET', '/v1/account', { Host: 'api.stripe.com', Authorization: 'Bearer sk_test_x' })).toBe(200);
  });

  it('run no script, take no style but their own, and let no other site frame them', async () => {
    const { headers, page } = await visitor.open('/');
    const style = textOf(elements(page, 'style')[0]!);
    const own = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src ${own}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('show text as text, whatever it contains', async () => {
    const customer = await stripe.customers.create({
      name: SCRIPT,
      email: 'a@b.example',
      metadata: { [SCRIPT.slice(0, 30)]: SCRIPT },
    });
    const paid = await stripe.paymentIntents.create(
      {
        ...confirmedPayment,
        customer: customer.id,
        description: SCRIPT,
        metadata: { [SCRIPT.slice(0, 38)]: SCRIPT },
        statement_descriptor_suffix: '<b>x',
      },
      { idempotencyKey: SCRIPT },
    );
    await stripe.webhookEndpoints.create({
      url: `http://127.0.0.1:9/${SCRIPT.replaceAll(' ', '')}`,
      enabled_events: ['*'],
    });
    await stripe.paymentIntents.update(paid.id, { metadata: { more: SCRIPT } });
    await stripe.paymentIntents.create({ amount: 100, currency: 'usd' });
    await simulator.control.fault({ kind: 'delay', match: { path: `/v1/${SCRIPT}`, bodyContains: SCRIPT } });
    await fetch(`${simulator.url}/v1/${encodeURI(SCRIPT)}`);
    const events = (await stripe.events.list({ limit: 100 })).data;
    const places = [
      'payments',
      'events',
      'deliveries',
      'requests',
      'faults',
      'clock',
      'subscriptions',
      'invoices',
      'reset',
    ];
    const paths = [
      '/',
      ...places.map((place) => `${UI}/${place}`),
      `${UI}/payments/${paid.id}`,
      `${UI}/customers/${customer.id}`,
      ...events.map(({ id }) => `${UI}/events/${id}`),
      `${UI}/find?id=${encodeURIComponent(SCRIPT)}`,
      `${UI}/payments?status=${encodeURIComponent(SCRIPT)}&after=${encodeURIComponent(SCRIPT)}`,
      `${UI}/payments/${encodeURIComponent(SCRIPT)}`,
      `${UI}/deliveries?state=${encodeURIComponent(SCRIPT)}&said=${encodeURIComponent(SCRIPT)}`,
    ];
    let shown = 0;
    for (const path of paths) {
      const { html, page } = await visitor.open(path);
      expect(foreignParts(page)).toEqual([]);
      if (textOf(page).includes('<script>alert(1)</script>')) shown += 1;
      expect(html).not.toContain('<script');
      expect(html).not.toContain('<img');
    }
    expect(shown).toBeGreaterThanOrEqual(7);
  });

  it('repeat no text from their address', async () => {
    const { page } = await visitor.open(`/?said=Your+account+is+closed`);
    expect(textOf(page)).not.toContain('Your account is closed');
  });

  it('take no other method', async () => {
    const answer = await fetch(`${simulator.url}${UI}/payments`, { method: 'DELETE' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    expect((await fetch(`${simulator.url}/`, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${simulator.url}${UI}/payments`, { method: 'POST' })).status).toBe(404);
  });

  it("let a shop frame the bank's page, and lead from it to any shop", async () => {
    const waiting = await stripe.paymentIntents.create({
      ...confirmedPayment,
      payment_method: 'pm_card_threeDSecure2Required',
      return_url: 'https://shop.example/back',
    });
    const answer = await fetch(waiting.next_action?.redirect_to_url?.url ?? '');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'$/);
    expect(answer.headers.get('x-frame-options')).toBeNull();
    const page = parsePage(await answer.text());
    expect(foreignParts(page)).toEqual([]);
    expect(textOf(page)).toContain('a payment of 20.00 GBP');
    expect(elements(page, 'nav')).toEqual([]);
  });

  it("take the customer's choice from the bank's page alone", async () => {
    const waiting = await stripe.paymentIntents.create({
      ...confirmedPayment,
      payment_method: 'pm_card_threeDSecure2Required',
    });
    const path = `/_simulator/3ds/${waiting.id}`;
    expect(await ask('POST', path, { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
    expect((await stripe.paymentIntents.retrieve(waiting.id)).status).toBe('requires_action');
    expect(await ask('POST', path, { Origin: simulator.url, 'Sec-Fetch-Site': 'same-origin' })).toBe(200);
    expect((await stripe.paymentIntents.retrieve(waiting.id)).status).toBe('requires_payment_method');
  });
});
