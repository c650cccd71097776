import { CashDesk } from '../support/fakes/cash-desk';
import type { Trouble } from '../support/fakes/scripted-stripe';
import { HOUR, MINUTE, SECOND } from '../support/samples';

let desk: CashDesk;
beforeEach(() => {
  desk = new CashDesk();
});

const inDoubt = async (count: number, trouble: Trouble): Promise<void> => {
  desk.stripe.strike(...Array<Trouble>(count).fill(trouble));
  for (let n = 0; n < count; n++)
    await desk.charge(`key-${String(n)}`, 'pm_card_visa', { reference: `b-${String(n)}` });
};

const sweep = async (): Promise<number> => {
  let rounds = 0;
  do {
    rounds += 1;
    const { failures, more } = await desk.sweeps.execute();
    expect(failures).toEqual([]);
    if (!more) return rounds;
  } while (rounds < 1_000);
  throw new Error('it never ends');
};

const states = () => new Set(desk.attempts.map(({ state }) => state));

describe('Charges whose answers were lost', () => {
  it.each([100, 1_000])('%d of them are found by one look through the list, and none is sent again', async (count) => {
    await inDoubt(count, 'lost_after');
    desk.clock.move(SECOND);
    await sweep();
    expect(states()).toEqual(new Set(['succeeded']));
    expect(desk.stripe.pages).toBe(count / 100);
    expect(desk.stripe.calls).toHaveLength(count);
    expect(desk.stripe.intents.size).toBe(count);
  });

  it('and never got there are sent once more, each one time', async () => {
    await inDoubt(250, 'lost_before');
    desk.clock.move(SECOND);
    await sweep();
    expect(states()).toEqual(new Set(['succeeded']));
    expect(desk.stripe.calls).toHaveLength(250);
    expect(new Set(desk.stripe.calls.map(({ key }) => key)).size).toBe(250);
  });

  it('and are kept as a 500 are looked for in one list, again and again', async () => {
    await inDoubt(50, 'stored_500');
    for (let n = 0; n < 5; n++) {
      desk.stripe.pages = 0;
      desk.clock.move(20 * MINUTE);
      await sweep();
      expect(desk.stripe.pages).toBe(1);
    }
    expect(desk.stripe.calls).toHaveLength(50);
    expect(desk.events.filter((type) => type === 'payment.attempt_needs_person')).toHaveLength(50);
  });
});

describe('While Stripe does not answer', () => {
  it('what is sought in lists is sought by one page a round, nothing is sent, and it is found soon after', async () => {
    await inDoubt(300, 'lost_after');
    desk.stripe.unavailable = true;
    desk.clock.move(MINUTE);
    for (let second = 0; second < 30; second++) {
      await desk.sweeps.execute();
      desk.clock.move(SECOND);
    }
    expect(desk.stripe.pages).toBeLessThanOrEqual(30);
    expect(desk.attempts.every(({ checks, state }) => checks === 0 && state === 'unknown')).toBe(true);
    desk.stripe.unavailable = false;
    desk.clock.move(20 * SECOND);
    await sweep();
    expect(states()).toEqual(new Set(['succeeded']));
    expect(desk.stripe.calls).toHaveLength(300);
  });

  it('a few of those whose intents are known are read each round, and all of them soon after', async () => {
    for (let n = 0; n < 100; n++) await desk.create(`key-${String(n)}`, { terms: { reference: `b-${String(n)}` } });
    desk.stripe.strike(...Array<Trouble>(100).fill('lost_before'));
    for (const { id } of desk.store.tables.payments.values()) await desk.confirm(id, `confirm-${id}`);
    desk.stripe.unavailable = true;
    desk.stripe.reads = 0;
    desk.clock.move(2 * SECOND);
    const { more } = await desk.sweeps.execute();
    expect(more).toBe(false);
    expect(desk.stripe.reads).toBeLessThanOrEqual(40);
    // It was no look: what is asked next comes as soon as it would have.
    expect(Math.max(...desk.attempts.map(({ checks }) => checks))).toBe(0);
    expect(desk.stripe.calls).toHaveLength(100);
    desk.stripe.unavailable = false;
    desk.clock.move(20 * SECOND);
    await sweep();
    expect([...desk.store.tables.payments.values()].every(({ status }) => status === 'succeeded')).toBe(true);
    expect(desk.stripe.calls.filter(({ operation }) => operation === 'confirm')).toHaveLength(100);
  });

  it('for more than an hour each is listed for a person, once, with an event', async () => {
    await inDoubt(30, 'lost_after');
    desk.stripe.unavailable = true;
    for (let n = 0; n < 8; n++) {
      desk.clock.move(HOUR / 4);
      await sweep();
    }
    expect(desk.attempts.every(({ handedOverAt }) => handedOverAt !== null)).toBe(true);
    expect(desk.events.filter((type) => type === 'payment.attempt_needs_person')).toHaveLength(30);
  });
});

it('When the service is about to stop, nothing new is begun', async () => {
  await inDoubt(100, 'lost_before');
  desk.clock.move(SECOND);
  let asked = 0;
  const { more } = await desk.sweeps.execute(() => (asked += 1) > 3);
  expect(more).toBe(false);
  expect(desk.stripe.calls.length).toBeLessThan(100);
});
