import type Stripe from 'stripe';
import { eventually, failure, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';
import { webhookReceiver, type WebhookReceiver } from './webhook-receiver';

describe('Drills', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
  });
  beforeEach(() => simulator.control.reset());
  afterAll(() => simulator.close());

  const create = (signal?: AbortSignal): Promise<Response> =>
    fetch(`${simulator.url}/v1/payment_intents`, {
      method: 'POST',
      body: new URLSearchParams({ amount: '1000', currency: 'usd' }),
      headers: { Authorization: 'Bearer sk_test_simulator' },
      ...(signal === undefined ? {} : { signal }),
    });
  /** One after the other, each given up soon if nothing comes. */
  const outcomes = async (requests: number): Promise<string[]> => {
    for (let made = 0; made < requests; made += 1) {
      try {
        await (await create(AbortSignal.timeout(250))).text();
      } catch {
        // Its outcome stands in the journal.
      }
    }
    return (await simulator.control.journal()).map(({ outcome, fault }) => `${outcome} ${fault ?? ''}`.trim());
  };

  it('are listed with what each sets, and none is on', async () => {
    const drills = await simulator.control.drills();
    expect(drills.map(({ name, active, faults }) => [name, active, faults.length])).toEqual([
      ['outage-5s', false, 1],
      ['unavailable-5s', false, 1],
      ['lost-answers', false, 3],
      ['flaky-1pct', false, 3],
      ['rate-limited', false, 2],
      ['webhook-storm', false, 4],
    ]);
  });

  it('set only faults that could be set alone', async () => {
    for (const { name, faults } of await simulator.control.drills()) {
      if (name === 'outage-5s') continue;
      for (const fault of faults) expect((await simulator.control.fault(fault)).kind).toBe(fault.kind);
    }
  });

  it('are begun anew when they are begun again, and end without the faults that were set alone', async () => {
    await simulator.control.fault({ kind: 'delay', ms: 1, match: { bodyContains: 'never' } });
    await simulator.control.drill('flaky-1pct');
    await simulator.control.drill('flaky-1pct');
    await simulator.control.drill('rate-limited');
    expect((await simulator.control.faults()).map(({ drill }) => drill)).toEqual([
      undefined,
      ...Array<string>(3).fill('flaky-1pct'),
      ...Array<string>(2).fill('rate-limited'),
    ]);
    expect((await simulator.control.drills()).filter(({ active }) => active).map(({ name }) => name)).toEqual([
      'flaky-1pct',
      'rate-limited',
    ]);
    await simulator.control.endDrill('flaky-1pct');
    expect(await simulator.control.faults()).toHaveLength(3);
    await simulator.control.endDrill();
    expect((await simulator.control.faults()).map(({ kind }) => kind)).toEqual(['delay']);
  });

  it('that nobody knows are refused by name', async () => {
    await expect(simulator.control.drill('picnic')).rejects.toThrow(
      "There is no drill 'picnic': the drills are outage-5s, unavailable-5s, lost-answers, flaky-1pct, rate-limited, webhook-storm.",
    );
    await expect(simulator.control.endDrill('picnic')).rejects.toThrow('404');
  });

  it('outage-5s refuses connections, and the simulator comes back', async () => {
    await simulator.control.drill('outage-5s');
    await expect(create()).rejects.toThrow();
    const status = await eventually(
      () =>
        create().then(
          (response) => response.status,
          () => 0,
        ),
      (answered) => answered !== 0,
    );
    expect(status).toBe(200);
  });

  it('unavailable-5s answers 503 until it is over or ended', async () => {
    await simulator.control.drill('unavailable-5s');
    expect(await failure(stripe.paymentIntents.list())).toMatchObject({ statusCode: 503 });
    await simulator.control.endDrill('unavailable-5s');
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
  });

  it('lost-answers loses some answers of changes, and no effect', async () => {
    await simulator.control.seedRandom(11);
    await simulator.control.drill('lost-answers');
    const seen = await outcomes(40);
    expect(new Set(seen)).toEqual(
      new Set(['done', 'lost reset_after_effect', 'lost cut_answer', 'lost timeout_after_effect']),
    );
    expect((await simulator.control.state()).payment_intents).toHaveLength(40);
  });

  it('flaky-1pct strikes few, and the same ones in every run', async () => {
    const faults = async (): Promise<(string | null)[]> => {
      await simulator.control.reset();
      await simulator.control.seedRandom(3);
      await simulator.control.drill('flaky-1pct');
      await outcomes(300);
      return (await simulator.control.journal()).map(({ fault }) => fault);
    };
    const first = await faults();
    expect(await faults()).toEqual(first);
    const struck = first.filter((fault) => fault !== null).length;
    expect(struck).toBeGreaterThan(0);
    expect(struck).toBeLessThan(15);
  });

  it('rate-limited answers 429 for rate and for locks', async () => {
    await simulator.control.drill('rate-limited');
    const codes = new Set<string>();
    for (let made = 0; made < 60; made += 1) {
      const { error } = (await (await create()).json()) as { error?: { code: string } };
      codes.add(error?.code ?? 'none');
    }
    expect(codes).toEqual(new Set(['none', 'rate_limit', 'lock_timeout']));
  });

  describe('webhook-storm', () => {
    let receiver: WebhookReceiver;
    beforeEach(async () => {
      receiver = await webhookReceiver();
    });
    afterEach(() => receiver.close());

    it('brings every change at least once, some events more often and some changes under two ids', async () => {
      await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['payment_intent.created'] });
      await simulator.control.drill('webhook-storm');
      const made: string[] = [];
      for (let count = 0; count < 24; count += 1) {
        made.push((await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' })).id);
      }
      await eventually(
        () => simulator.control.deliveries({ status: 'pending' }),
        (pending) => pending.length === 0,
      );
      const objects = receiver.received.map(({ event }) => (event.data.object as { id: string }).id);
      expect(new Set(objects)).toEqual(new Set(made));
      const faults = new Set((await simulator.control.deliveries()).map(({ fault }) => fault?.kind));
      expect(faults).toEqual(new Set(['webhook_double', 'webhook_second_id', 'webhook_delay', 'webhook_reorder']));
      expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBeGreaterThan(24);
      expect(objects).not.toEqual([...objects].sort((a, b) => made.indexOf(a) - made.indexOf(b)));
    });
  });
});
