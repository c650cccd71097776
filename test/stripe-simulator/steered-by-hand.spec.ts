import type Stripe from 'stripe';
import { confirmedPayment, eventually, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';
import { webhookReceiver } from './webhook-receiver';

describe('The control API', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
  });
  beforeEach(() => simulator.control.reset());
  afterAll(() => simulator.close());

  const create = (): Promise<Stripe.PaymentIntent> => stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
  const call = async (method: string, path: string, body?: string): Promise<{ status: number; message: string }> => {
    const response = await fetch(`${simulator.url}${path}`, { method, ...(body === undefined ? {} : { body }) });
    const answer = (await response.json()) as { error?: { message: string } };
    return { status: response.status, message: answer.error?.message ?? '' };
  };

  it('names every route, with a line and what it takes, and answers all of them', async () => {
    const routes = await simulator.control.routes();
    expect(routes.length).toBeGreaterThan(25);
    for (const { method, path, does } of routes) {
      expect({ path, does }).toEqual({
        path: expect.stringMatching(/^\/_simulator/),
        does: expect.stringMatching(/\w/),
      });
      if (path.endsWith('/reset')) continue;
      // With ids that nobody has, so that nothing happens: but never as if there were no such address.
      const response = await fetch(simulator.url + path.replaceAll(/:\w+/g, 'none'), { method });
      expect(await response.text()).not.toContain('Nothing answers');
    }
    expect(routes.find(({ path, method }) => path === '/_simulator/clock' && method === 'POST')?.takes).toEqual([
      'advanceSeconds',
      'to',
    ]);
  });

  it.each([
    [
      'GET',
      '/_simulator/nowhere',
      undefined,
      404,
      'Nothing answers GET /_simulator/nowhere here: GET /_simulator names',
    ],
    ['PUT', '/_simulator/faults', undefined, 405, '/_simulator/faults takes GET and POST and DELETE, not PUT.'],
    ['POST', '/_simulator/clock', '{"advanceSeconds":', 400, 'The body is not JSON: '],
    ['POST', '/_simulator/clock', '[60]', 400, 'The body has to be a JSON object'],
    ['POST', '/_simulator/clock', '"60"', 400, 'The body has to be a JSON object'],
    ['POST', '/_simulator/clock', '{"advance":60}', 400, "'advance' is unknown. The body takes advanceSeconds, to."],
    ['POST', '/_simulator/clock', '{}', 400, "Give either 'advanceSeconds' or 'to'"],
    ['POST', '/_simulator/clock', '{"advanceSeconds":"60"}', 400, "'advanceSeconds' is a number, 0 or more."],
    ['POST', '/_simulator/clock', '{"advanceSeconds":-1}', 400, "'advanceSeconds' is a number, 0 or more."],
    ['POST', '/_simulator/clock', '{"to":1000}', 400, 'The clock never goes back.'],
    ['POST', '/_simulator/clock', '{"to":"soon"}', 400, "'to' is a time in seconds since 1970"],
    ['POST', '/_simulator/clock', '{"advanceSeconds":1e12}', 400, 'The clock ends with the year 9999.'],
    ['POST', '/_simulator/reset', '{"all":true}', 400, "'all' is unknown. No body is taken here."],
    ['GET', '/_simulator/journal?form=1', undefined, 400, "'form' is unknown. This address takes method, path, since"],
    ['GET', '/_simulator/journal?since=soon', undefined, 400, "'since' is a time in seconds"],
    ['POST', '/_simulator/settings', '{"webhookParalel":1}', 400, "'webhookParalel' is unknown. The body takes "],
    [
      'POST',
      '/_simulator/settings',
      '{"webhookParallel":-1}',
      400,
      "'webhookParallel' does not take -1. It is 16 now.",
    ],
    ['POST', '/_simulator/seed', '{}', 400, "Give 'random', 'tables' or both."],
    ['POST', '/_simulator/seed', '{"random":1.5}', 400, "'random' is a whole number."],
    ['POST', '/_simulator/seed', '{"tables":[]}', 400, "'tables' is an object of tables"],
    ['POST', '/_simulator/seed', '{"tables":{"loans":[]}}', 400, "'loans' is no table: the tables are events, "],
    ['POST', '/_simulator/seed', '{"tables":{"charges":{}}}', 400, "'tables.charges' is a list of rows."],
    [
      'POST',
      '/_simulator/seed',
      '{"tables":{"charges":[{}]}}',
      400,
      "'tables.charges[0]' is an object with a text 'id'.",
    ],
    [
      'POST',
      '/_simulator/seed',
      '{"tables":{"charges":[{"id":"ch_1"},{"id":"ch_1"}]}}',
      400,
      "'tables.charges[1]' has the id of an earlier row: 'ch_1'.",
    ],
    ['POST', '/_simulator/seed', '{"tables":{"webhook_endpoints":[{"id":"we_1"}]}}', 400, "needs a text as 'url'."],
    ['DELETE', '/_simulator/faults/fault_1', undefined, 404, "No fault 'fault_1' is set: GET /_simulator/faults lists"],
    ['POST', '/_simulator/webhooks/resend', '{"event":"evt_1"}', 404, 'No such event: "evt_1".'],
    ['POST', '/_simulator/webhook_endpoints/we_1/roll_secret', '{}', 404, "No such webhook endpoint: 'we_1'"],
    [
      'POST',
      '/_simulator/payment_intents/pi_1/authenticate',
      '{"outcome":"maybe"}',
      400,
      "'outcome' is succeed or fail.",
    ],
    [
      'POST',
      '/_simulator/payment_intents/pi_1/authenticate',
      '{"outcome":"fail"}',
      404,
      "No such payment_intent: 'pi_1'",
    ],
  ])('answers %s %s with %s by %i: %s', async (method, path, body, status, message) => {
    const answer = await call(method, path, body);
    expect(answer).toEqual({ status, message: expect.stringContaining(message) });
  });

  it('moves the clock by seconds and to an instant', async () => {
    const before = await simulator.control.clock();
    expect(before.aheadSeconds).toBe(0);
    const hourLater = await simulator.control.advanceClock(3_600);
    expect(hourLater.aheadSeconds).toBe(3_600);
    const far = await simulator.control.setClock('2100-01-01T00:00:00Z');
    expect(far.iso).toMatch(/^2100-01-01T00:00:/);
    expect((await create()).created).toBeGreaterThanOrEqual(Date.UTC(2100, 0, 1) / 1000);
    expect((await simulator.control.setClock(far.now + 86_400)).now).toBeGreaterThanOrEqual(far.now + 86_400);
  });

  it('shows and changes settings, all of a change or none', async () => {
    const { webhookParallel } = await simulator.control.currentSettings();
    await expect(
      simulator.control.settings({ webhookParallel: 3, webhookTimeoutMs: 'x' as unknown as number }),
    ).rejects.toThrow('\'webhookTimeoutMs\' does not take \\"x\\"');
    expect((await simulator.control.currentSettings()).webhookParallel).toBe(webhookParallel);
    await simulator.control.settings({ webhookParallel: 3 });
    expect((await simulator.control.currentSettings()).webhookParallel).toBe(3);
  });

  it('filters the journal by method, path, time and outcome, and empties it', async () => {
    const { id } = await create();
    await stripe.paymentIntents.retrieve(id);
    await stripe.paymentIntents.retrieve('pi_none').catch(() => undefined);
    const paths = async (filter: object): Promise<string[]> =>
      (await simulator.control.journal(filter)).map(({ method, path }) => `${method} ${path}`);
    expect(await paths({ method: 'post' })).toEqual(['POST /v1/payment_intents']);
    expect(await paths({ path: '/v1/payment_intents/:id' })).toEqual([
      `GET /v1/payment_intents/${id}`,
      'GET /v1/payment_intents/pi_none',
    ]);
    expect(await paths({ path: '/v1/*', outcome: 'refused' })).toEqual(['GET /v1/payment_intents/pi_none']);
    expect(await paths({ since: '2999-01-01' })).toEqual([]);
    expect(await paths({ since: (await simulator.control.journal())[0]?.at })).toHaveLength(3);
    await simulator.control.clearJournal();
    expect(await simulator.control.journal()).toEqual([]);
  });

  it('shows every table of objects in the state, and no secret', async () => {
    const receiver = await webhookReceiver();
    await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
    const state = await simulator.control.state();
    for (const table of ['payment_intents', 'charges', 'refunds', 'disputes', 'payouts', 'invoices', 'subscriptions']) {
      expect(state).toHaveProperty(table);
    }
    expect(JSON.stringify(state)).not.toContain('whsec_');
    await receiver.close();
  });

  it('saves a state and puts it back, with keys, tasks, clock and account', async () => {
    const paid = await stripe.paymentIntents.create(
      { ...confirmedPayment, capture_method: 'manual' },
      { idempotencyKey: 'saved' },
    );
    await simulator.control.advanceClock(5_000);
    const saved = await simulator.control.savedState();
    await stripe.paymentIntents.cancel(paid.id);
    await create();
    await simulator.control.reset();
    await simulator.control.restore(saved);
    expect(await simulator.control.savedState()).toEqual(saved);
    expect((await simulator.control.clock()).aheadSeconds).toBe(5_000);
    const again = await stripe.paymentIntents.create(
      { ...confirmedPayment, capture_method: 'manual' },
      { idempotencyKey: 'saved' },
    );
    expect(again.id).toBe(paid.id);
    // The authorisation still runs out by itself.
    await simulator.control.advanceClock(8 * 86_400);
    expect((await stripe.paymentIntents.retrieve(paid.id)).status).toBe('canceled');
  });

  it('brings a saved state to another simulator, with its account and what it still owes to endpoints', async () => {
    const receiver = await webhookReceiver();
    await simulator.control.pauseWebhooks();
    await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['payment_intent.created'] });
    const { id } = await create();
    const saved = await simulator.control.savedState();
    const other = await simulatorUnderTest();
    await other.control.restore(saved);
    expect((await other.stripe.accounts.retrieveCurrent()).id).toBe(saved.account);
    await eventually(
      () => receiver.received,
      ([first]) => (first?.event.data.object as { id: string } | undefined)?.id === id,
    );
    await other.close();
    await receiver.close();
  });

  it('leaves what there is untouched when a state is refused', async () => {
    const { id } = await create();
    await expect(
      simulator.control.restore({ account: 'x', tables: { charges: [{ id: 7 }] } } as never),
    ).rejects.toThrow('400');
    expect((await stripe.paymentIntents.retrieve(id)).id).toBe(id);
  });
});
