import { OperationsInFlight } from '../../src/application/shared/operations-in-flight';
import type { PaymentResult } from '../../src/application/payment/answer-once';
import { CashDesk, kindOf } from '../support/fakes/cash-desk';
import { MINUTE } from '../support/samples';

const ALICE = 'cus_alice';
const BOB = 'cus_bob';

describe('Payment operations at once', () => {
  let desk: CashDesk;
  let answer: () => void;

  beforeEach(async () => {
    desk = new CashDesk({ most: 3, mostPerCustomer: 2 });
    for (const id of [ALICE, BOB]) await desk.knows(id);
    // Stripe keeps every answer back until it is let go.
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    desk.stripe.beforeAnswer = () => held;
  });

  function charge(reference: string, customer: string | null = null): Promise<PaymentResult> {
    return desk.charge(reference, 'pm_card_visa', { reference, customer });
  }

  /** Until so many have reached Stripe and wait there. */
  async function reached(calls: number): Promise<void> {
    while (desk.stripe.calls.length < calls) await new Promise((resolve) => setImmediate(resolve));
  }

  it('past the limit of the process are refused at once, with nothing stored or sent', async () => {
    const first = [charge('a'), charge('b'), charge('c')];
    await reached(3);
    expect(kindOf(await charge('d'))).toBe('too_many_in_flight');
    expect(desk.store.tables.payments.size).toBe(3);
    expect(desk.store.tables.records.size).toBe(3);
    expect(desk.stripe.calls).toHaveLength(3);
    answer();
    expect((await Promise.all(first)).map(kindOf)).toEqual(['done', 'done', 'done']);
    expect(kindOf(await charge('d'))).toBe('done');
  });

  it("past a customer's limit are refused at once, while others and nobody's go on", async () => {
    const first = [charge('a', ALICE), charge('b', ALICE)];
    await reached(2);
    expect(kindOf(await charge('c', ALICE))).toBe('too_many_in_flight_for_customer');
    expect(desk.store.tables.payments.size).toBe(2);
    const other = charge('d', BOB);
    await reached(3);
    answer();
    expect((await Promise.all([...first, other])).map(kindOf)).toEqual(['done', 'done', 'done']);
    expect(kindOf(await charge('c', ALICE))).toBe('done');
  });

  it('count captures, confirmations and cancellations as well', async () => {
    const held = desk.stripe.beforeAnswer;
    desk.stripe.beforeAnswer = () => Promise.resolve();
    for (const reference of ['a', 'b', 'c', 'd']) {
      await desk.create(reference, { terms: { reference, customer: ALICE, captureMethod: 'manual' } });
    }
    const [a, b, c, d] = [...desk.store.tables.payments.keys()];
    await desk.confirm(a!, 'reserve a');
    desk.stripe.beforeAnswer = held;
    const before = desk.stripe.calls.length;
    const busy = [desk.capture(a!, 'capture a'), desk.confirm(b!, 'confirm b')];
    await reached(before + 2);
    expect(kindOf(await desk.cancel(c!, 'cancel c'))).toBe('too_many_in_flight_for_customer');
    expect(kindOf(await desk.confirm(d!, 'confirm d'))).toBe('too_many_in_flight_for_customer');
    answer();
    await Promise.all(busy);
    expect(kindOf(await desk.cancel(c!, 'cancel c'))).toBe('done');
  });

  it('of one key are one for the customer, however many ask', async () => {
    desk = new CashDesk({ most: 250, mostPerCustomer: 2 });
    await desk.knows(ALICE);
    const answers = await Promise.all(Array.from({ length: 50 }, () => charge('a', ALICE)));
    expect(desk.stripe.intents.size).toBe(1);
    expect(new Set(answers.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(kindOf(answers[0]!)).toBe('done');
  });

  it('with a key that has its answer get it, though the customer has too many under way', async () => {
    const held = desk.stripe.beforeAnswer;
    desk.stripe.beforeAnswer = () => Promise.resolve();
    const first = await charge('a', ALICE);
    desk.stripe.beforeAnswer = held;
    const busy = [charge('b', ALICE), charge('c', ALICE)];
    await reached(3);
    expect(await charge('a', ALICE)).toEqual(first);
    answer();
    await Promise.all(busy);
  });

  it.each([
    ['a decline', 'pm_declined', 'declined'],
    ['a refusal', 'pm_bad', 'rejected'],
  ])('give their places back after %s', async (_what, method, kind) => {
    answer();
    for (const reference of ['a', 'b', 'c', 'd']) {
      expect(kindOf(await desk.charge(reference, method, { reference, customer: ALICE }))).toBe(kind);
    }
  });

  it.each([
    ['an answer that was lost', 'lost_after', 'in_doubt'],
    ['a Stripe that cannot be reached', 'refused', 'unreachable'],
  ] as const)('give their places back after %s', async (_what, trouble, kind) => {
    answer();
    for (const reference of ['a', 'b', 'c', 'd']) {
      desk.stripe.strike(trouble);
      expect(kindOf(await charge(reference, ALICE))).toBe(kind);
    }
  });

  it('give their places back when something breaks', async () => {
    desk.stripe.beforeAnswer = () => Promise.reject(new Error('broken'));
    for (const reference of ['a', 'b', 'c', 'd']) {
      await expect(charge(reference, ALICE)).rejects.toThrow('broken');
    }
  });

  it('give their places back when they are refused here', async () => {
    answer();
    await charge('a', ALICE);
    for (const key of ['b', 'c', 'd', 'e']) {
      const taken = desk.charge(key, 'pm_card_visa', { reference: 'a', customer: ALICE });
      expect(kindOf(await taken)).toBe('reference_taken');
    }
  });

  it('take no place from the sweeper, which settles while requests are refused', async () => {
    desk.stripe.strike('lost_before');
    expect(kindOf(await charge('a', ALICE))).toBe('in_doubt');
    const busy = [charge('b'), charge('c'), charge('d')];
    await reached(3);
    expect(kindOf(await charge('e'))).toBe('too_many_in_flight');
    const swept = desk.letTimePass(MINUTE);
    answer();
    await Promise.all([swept, ...busy]);
    const settled = [...desk.store.tables.payments.values()].find(({ reference }) => reference === 'a');
    expect(settled?.status).toBe('succeeded');
  });
});

describe('A place', () => {
  const scope = (key: string) => ({ principal: 'key:key_1', route: 'POST /payments', key, fingerprint: '' });

  it('is taken for a customer once, though the transaction runs again', () => {
    const inFlight = new OperationsInFlight({ most: 9, mostPerCustomer: 1 });
    const seat = inFlight.enter(scope('a'))!;
    expect([seat.takeFor(ALICE), seat.takeFor(ALICE)]).toEqual([true, true]);
    seat.leave();
    expect(inFlight.enter(scope('b'))!.takeFor(ALICE)).toBe(true);
  });

  it('of the same key of another caller is another one', () => {
    const inFlight = new OperationsInFlight({ most: 9, mostPerCustomer: 1 });
    expect(inFlight.enter(scope('a'))!.takeFor(ALICE)).toBe(true);
    expect(inFlight.enter({ ...scope('a'), principal: 'key:key_2' })!.takeFor(ALICE)).toBe(false);
  });

  it('is held until the last repeat of its key has left', () => {
    const inFlight = new OperationsInFlight({ most: 9, mostPerCustomer: 1 });
    const [first, repeat] = [inFlight.enter(scope('a'))!, inFlight.enter(scope('a'))!];
    expect([first.takeFor(ALICE), repeat.takeFor(ALICE)]).toEqual([true, true]);
    first.leave();
    expect(inFlight.enter(scope('b'))!.takeFor(ALICE)).toBe(false);
    repeat.leave();
    expect(inFlight.enter(scope('b'))!.takeFor(ALICE)).toBe(true);
  });
});
