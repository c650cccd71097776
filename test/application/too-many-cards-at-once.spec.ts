import type { BeginSetupCommand, SetupResult } from '../../src/application/customer/begin-setup';
import { CardDesk } from '../support/fakes/card-desk';
import { MINUTE } from '../support/samples';

const SCOPE = { principal: 'key:key_1', route: 'POST /customers/{id}/setups', fingerprint: 'same' };

describe('Setups at once', () => {
  let desk: CardDesk;
  let alice: string;
  let bob: string;
  let answer: () => void;

  beforeEach(async () => {
    desk = new CardDesk({ most: 3, mostPerCustomer: 2 });
    [alice, bob] = [await desk.stored(), await desk.stored()];
    // Stripe keeps every answer back until it is let go.
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    desk.cards.beforeAnswer = () => held;
  });

  async function begin(customer: string, given: Partial<BeginSetupCommand> = {}): Promise<string> {
    const result: SetupResult = await desk.begin(customer, given);
    return result.ok ? result.value.kind : result.error.kind;
  }

  /** Until so many have reached Stripe and wait there. */
  async function reached(calls: number): Promise<void> {
    while (desk.cards.changes().length < calls) await new Promise((resolve) => setImmediate(resolve));
  }

  it("past a customer's limit are refused at once, with nothing stored or sent, while others go on", async () => {
    const first = [begin(alice), begin(alice, { paymentMethod: 'pm_2' })];
    await reached(2);
    expect(await begin(alice, { paymentMethod: 'pm_3' })).toBe('too_many_in_flight_for_customer');
    expect(await begin(alice, { paymentMethod: null, confirm: false })).toBe('too_many_in_flight_for_customer');
    expect(desk.store.tables.setups.size).toBe(2);
    const other = begin(bob, { paymentMethod: 'pm_4' });
    await reached(3);
    answer();
    expect(await Promise.all([...first, other])).toEqual(['done', 'done', 'done']);
    expect(await begin(alice, { paymentMethod: 'pm_3' })).toBe('done');
  });

  it('past the limit of the process are refused at once', async () => {
    const carol = await desk.stored();
    const first = [begin(alice), begin(bob, { paymentMethod: 'pm_2' }), begin(bob, { paymentMethod: 'pm_3' })];
    await reached(3);
    expect(await begin(carol, { paymentMethod: 'pm_4' })).toBe('too_many_in_flight');
    expect(desk.store.tables.setups.size).toBe(3);
    answer();
    expect(await Promise.all(first)).toEqual(['done', 'done', 'done']);
  });

  it('of one key are one for the customer', async () => {
    desk = new CardDesk({ most: 100, mostPerCustomer: 1 });
    alice = await desk.stored();
    const idempotency = { ...SCOPE, key: 'k' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => begin(alice, { idempotency })));
    expect(new Set(answers)).toEqual(new Set(['done']));
    expect(desk.store.tables.setups.size).toBe(1);
  });

  it.each([
    ['a decline', 'pm_declined', 'declined'],
    ['the card of another customer', 'pm_of_bob', 'payment_method_not_found'],
  ])('give their places back after %s', async (_what, paymentMethod, kind) => {
    answer();
    await begin(bob, { paymentMethod: 'pm_of_bob' });
    for (let n = 0; n < 4; n++) expect(await begin(alice, { paymentMethod })).toBe(kind);
  });

  it('give their places back when something breaks', async () => {
    desk.cards.beforeAnswer = () => Promise.reject(new Error('broken'));
    for (let n = 0; n < 4; n++) await expect(begin(alice)).rejects.toThrow('broken');
  });

  it('take no place from the sweeper, which goes on while requests are refused', async () => {
    desk.cards.strike('lost_before');
    answer();
    expect(await begin(alice)).toBe('in_doubt');
    for (let n = 0; n < 3; n++) desk.inFlight.enter(null);
    expect(await begin(bob)).toBe('too_many_in_flight');
    await desk.letTimePass(MINUTE);
    expect(desk.setup.status).toBe('succeeded');
  });
});
