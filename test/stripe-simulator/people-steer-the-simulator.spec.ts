import type Stripe from 'stripe';
import { factOf, tableOf, textOf } from './page-document';
import {
  confirmedPayment,
  eventually,
  failure,
  simulatorUnderTest,
  type SimulatorUnderTest,
} from './simulator-under-test';
import { buttonsOf, Visitor } from './visitor';

const UI = '/_simulator/ui';
const CAPTION = 'A request meets the first fault that fits it';

describe('A person', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;
  let visitor: Visitor;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
    visitor = new Visitor(simulator.url);
  });
  beforeEach(() => simulator.control.reset());
  afterAll(() => simulator.close());

  const create = (): Promise<Stripe.PaymentIntent> => stripe.paymentIntents.create({ amount: 100, currency: 'usd' });

  it('sets a fault, sees it strike, and removes it', async () => {
    const set = await visitor.press(await visitor.open(`${UI}/faults`), 'Set the fault', {
      Kind: 'error',
      Method: 'POST',
      Path: '/v1/payment_intents',
      Times: '2',
      'HTTP status': '503',
    });
    expect(set.message).toEqual({ role: 'status', text: 'The fault error is set.' });
    expect(await failure(create())).toMatchObject({ statusCode: 503 });
    const seen = await visitor.open(`${UI}/faults`);
    expect(tableOf(seen.page, CAPTION)).toMatchObject([
      {
        Kind: 'error',
        Fits: 'method POST, path /v1/payment_intents',
        Details: 'status 503',
        Fitted: '1',
        Struck: '1',
        Strikes: '2 times',
      },
    ]);
    const [fault] = await simulator.control.faults();
    const removed = await visitor.press(seen, `Remove the fault error (${fault?.id ?? ''})`);
    expect(removed.message?.role).toBe('status');
    expect(await simulator.control.faults()).toEqual([]);
    await create();
  });

  it('sets a fault that strikes by chance, always, for one type of event', async () => {
    await visitor.press(await visitor.open(`${UI}/faults`), 'Set the fault', {
      Kind: 'webhook_delay',
      'Event type': 'charge.refunded',
      Times: '0',
      Probability: '0.25',
      Milliseconds: '300',
    });
    expect(await simulator.control.faults()).toMatchObject([
      { kind: 'webhook_delay', match: { eventType: 'charge.refunded' }, times: 0, probability: 0.25, ms: 300 },
    ]);
  });

  it.each([
    { Kind: 'delay', Times: 'often' },
    { Kind: 'delay', Probability: '-1' },
    { Kind: 'error', 'HTTP status': 'four' },
  ])('is told in a sentence why %j is no fault', async (values) => {
    const refused = await visitor.press(await visitor.open(`${UI}/faults`), 'Set the fault', values);
    expect(refused.message?.role).toBe('alert');
    expect(refused.message?.text).toMatch(/times|probability|status/);
    expect(await simulator.control.faults()).toEqual([]);
  });

  it('begins and ends a drill by its name', async () => {
    const begun = await visitor.press(await visitor.open(`${UI}/faults`), 'Begin the drill webhook-storm');
    expect(begun.message).toEqual({ role: 'status', text: 'The drill webhook-storm has begun.' });
    const drills = tableOf(begun.page, 'Several faults at once');
    expect(drills.filter(({ State: state }) => state === 'on').map(({ Drill: drill }) => drill)).toEqual([
      'webhook-storm',
    ]);
    expect(drills.map(({ Drill: drill }) => drill)).toEqual(
      expect.arrayContaining(['outage-5s', 'lost-answers', 'flaky-1pct', 'webhook-storm']),
    );
    expect(tableOf(begun.page, CAPTION)).toHaveLength(4);
    expect(tableOf(begun.page, CAPTION)[0]?.Details).toContain('drill webhook-storm');
    await simulator.control.fault({ kind: 'delay' });
    await visitor.press(begun, 'End the drill webhook-storm');
    expect(await simulator.control.faults()).toMatchObject([{ kind: 'delay' }]);
  });

  it('is told at once when nobody will answer for a while', async () => {
    const refused = await visitor.press(await visitor.open(`${UI}/faults`), 'Set the fault', {
      Kind: 'refuse_connections',
      Milliseconds: '20',
    });
    expect(refused).toMatchObject({ status: 200, heading: 'Connections are refused' });
    await eventually(
      () =>
        visitor.open('/').then(
          ({ status }) => status,
          () => null,
        ),
      (status) => status === 200,
    );
  });

  it('removes all faults at once', async () => {
    for (const kind of ['delay', 'webhook_drop'] as const) await simulator.control.fault({ kind });
    const cleared = await visitor.press(await visitor.open(`${UI}/faults`), 'Remove all faults');
    expect(cleared.message).toEqual({ role: 'status', text: 'No fault is set any more.' });
    expect(buttonsOf(cleared)).not.toContain('Remove all faults');
    expect(await simulator.control.faults()).toEqual([]);
  });

  it('advances the clock, and what was due is done', async () => {
    const held = await stripe.paymentIntents.create({ ...confirmedPayment, capture_method: 'manual' });
    const advanced = await visitor.press(await visitor.open(`${UI}/clock`), 'Advance', { By: '8', Unit: 'days' });
    expect(advanced.message?.role).toBe('status');
    expect(textOf(advanced.page)).toContain('8 d ahead of this machine');
    const { page } = await visitor.open(`${UI}/payments/${held.id}`);
    expect(factOf(page, 'Status')).toBe('canceled (canceled)');
  });

  it.each(['0', '-1', '1.5', 'x', '', '9999999999'])('cannot advance the clock by “%s” days', async (by) => {
    const refused = await visitor.press(await visitor.open(`${UI}/clock`), 'Advance', { By: by });
    expect(refused.message).toEqual({
      role: 'alert',
      text: 'The clock advances by a whole number of minutes, hours or days, a century at most.',
    });
  });

  it('resets only after being asked', async () => {
    await create();
    const asked = await visitor.open(`${UI}/reset`);
    expect(textOf(asked.page)).toContain('It cannot be undone.');
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
    const done = await visitor.press(asked, 'Remove everything');
    expect(done.message).toEqual({ role: 'status', text: 'Everything is removed.' });
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
    expect(textOf(done.page)).toContain('There is no payment yet.');
  });

  it('sees a clock of a test clock', async () => {
    expect(textOf((await visitor.open(`${UI}/clock`)).page)).toContain(
      'There is none. They are made and advanced through the API.',
    );
    const frozen = 1_800_000_000;
    await stripe.testHelpers.testClocks.create({ frozen_time: frozen, name: 'January' });
    const { page } = await visitor.open(`${UI}/clock`);
    expect(tableOf(page, 'Clocks of single customers')).toMatchObject([
      { Name: 'January', Time: '2027-01-15 08:00:00', Status: 'ready' },
    ]);
  });
});
