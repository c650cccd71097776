import type { PaymentResult } from '../../src/application/payment/answer-once';
import { CashDesk, kindOf } from '../support/fakes/cash-desk';
import { MINUTE } from '../support/samples';

const ALICE = 'cus_alice';
const BOB = 'cus_bob';

let desk: CashDesk;
beforeEach(async () => {
  desk = new CashDesk();
  for (const id of [ALICE, BOB]) await desk.knows(id);
});

function charge(key: string, paymentMethod: string | null, more: Partial<Charged> = {}): Promise<PaymentResult> {
  const { customer = ALICE, offSession = false } = more;
  return desk.create(key, { paymentMethod, confirm: true, offSession, terms: { reference: key, customer } });
}

interface Charged {
  readonly customer: string | null;
  readonly offSession: boolean;
}

function nothingWasStored(): void {
  expect(desk.store.tables.payments.size).toBe(0);
  expect(desk.store.tables.records.size).toBe(0);
  expect(desk.stripe.calls).toEqual([]);
}

describe('A payment for a customer', () => {
  it('is made for the customer of Stripe, which is made first', async () => {
    expect(kindOf(await charge('a', 'pm_card_visa'))).toBe('done');
    const [stripeCustomer] = desk.stripeCustomers.alive;
    expect(desk.stripe.calls[0]?.request).toMatchObject({ stripeCustomer: stripeCustomer?.id, offSession: false });
    expect(desk.payment.customer).toBe(ALICE);
  });

  it('is not begun while Stripe cannot be told of the customer, and the key stays free', async () => {
    desk.stripeCustomers.strike('away');
    expect(kindOf(await charge('a', 'pm_card_visa'))).toBe('customer_not_at_stripe');
    nothingWasStored();
    expect(kindOf(await charge('a', 'pm_card_visa'))).toBe('done');
    expect(desk.stripeCustomers.alive).toHaveLength(1);
  });

  it('is not begun when Stripe does not take the customer, and says which field', async () => {
    const refusal = { code: 'email_invalid', field: 'email' };
    desk.stripeCustomers.strike(refusal);
    expect(await charge('a', 'pm_card_visa')).toEqual({ ok: false, error: { kind: 'customer_refused', refusal } });
    nothingWasStored();
  });

  it('that nobody knows is refused', async () => {
    expect(kindOf(await charge('a', 'pm_card_visa', { customer: 'cus_nobody' }))).toBe('customer_not_found');
    nothingWasStored();
  });

  it('is repeated after a lost answer with the very same parameters, whatever became of the customer', async () => {
    desk.stripe.strike('lost_before');
    expect(kindOf(await charge('a', 'pm_card_visa'))).toBe('in_doubt');
    const [kept] = desk.attempts;
    await desk.knows(ALICE, { ...desk.store.tables.customers.get(ALICE), stripeCustomer: 'cus_another' });
    await desk.letTimePass(MINUTE);
    expect(desk.stripe.calls.map(({ request }) => request)).toEqual([kept?.request]);
    expect(desk.payment.status).toBe('succeeded');
  });

  it('gives its first answer again, though the customer or the card could not be charged any more', async () => {
    desk.keeps('pm_alice', ALICE);
    const first = await charge('a', 'pm_alice');
    desk.keeps('pm_alice', ALICE, { state: 'detached' });
    expect(await charge('a', 'pm_alice')).toEqual(first);
    expect(desk.stripe.calls).toHaveLength(1);
  });
});

describe('A kept payment method', () => {
  beforeEach(() => {
    desk.keeps('pm_alice', ALICE);
    desk.keeps('pm_bob', BOB);
  });

  it('of the customer is charged', async () => {
    expect(kindOf(await charge('a', 'pm_alice'))).toBe('done');
    expect(desk.stripe.calls[0]?.request).toMatchObject({ paymentMethod: 'pm_alice' });
  });

  it.each([
    ["another customer's", 'pm_bob', ALICE],
    ['a customer, for a payment without one', 'pm_alice', null],
  ])('of %s is not found, and nothing is stored', async (_whose, method, customer) => {
    expect(kindOf(await charge('a', method, { customer }))).toBe('payment_method_not_found');
    nothingWasStored();
  });

  it.each(['detaching', 'detached'] as const)('that is %s is not found', async (state) => {
    desk.keeps('pm_alice', ALICE, { state });
    expect(kindOf(await charge('a', 'pm_alice'))).toBe('payment_method_not_found');
    nothingWasStored();
  });

  it('of another customer cannot confirm a payment either', async () => {
    await desk.create('a', { terms: { customer: ALICE } });
    expect(kindOf(await desk.confirm(desk.payment.id, 'b', 'pm_bob'))).toBe('payment_method_not_found');
    expect(desk.attempts).toHaveLength(1);
    expect(kindOf(await desk.confirm(desk.payment.id, 'b', 'pm_alice'))).toBe('done');
  });

  it('is looked up once for an id of Stripe, and not for its test tokens or none', async () => {
    const find = jest.spyOn(desk.methods, 'find');
    await charge('a', 'pm_fresh', { customer: null });
    expect(find.mock.calls).toEqual([['pm_fresh']]);
    await charge('b', 'pm_card_visa', { customer: null });
    await desk.create('c', { terms: { reference: 'c' } });
    expect(find).toHaveBeenCalledTimes(1);
  });
});

describe('Off session', () => {
  beforeEach(() => {
    desk.keeps('pm_alice', ALICE);
    desk.keeps('pm_challenge', ALICE);
  });

  const offSession = true;

  it('a kept method of the customer is charged', async () => {
    expect(kindOf(await charge('a', 'pm_alice', { offSession }))).toBe('done');
    expect(desk.stripe.calls[0]?.request).toMatchObject({ paymentMethod: 'pm_alice', offSession: true });
  });

  it("the customer's default is charged when no method is given", async () => {
    await desk.knows(BOB, { defaultPaymentMethod: 'pm_bob' });
    desk.keeps('pm_bob', BOB);
    expect(kindOf(await charge('a', null, { customer: BOB, offSession }))).toBe('done');
    expect(desk.stripe.calls[0]?.request).toMatchObject({ paymentMethod: 'pm_bob' });
  });

  it('a default that is being detached is not charged', async () => {
    await desk.knows(BOB, { defaultPaymentMethod: 'pm_bob' });
    desk.keeps('pm_bob', BOB, { state: 'detaching' });
    expect(kindOf(await charge('a', null, { customer: BOB, offSession }))).toBe('no_default_payment_method');
    nothingWasStored();
  });

  it('a customer without a default is not charged', async () => {
    expect(kindOf(await charge('a', null, { offSession }))).toBe('no_default_payment_method');
    nothingWasStored();
  });

  it.each(['pm_fresh', 'pm_card_visa'])('a method that is not kept is not charged: %s', async (method) => {
    expect(kindOf(await charge('a', method, { offSession }))).toBe('payment_method_not_found');
    nothingWasStored();
  });

  it('a card whose bank asks for the customer is a decline that says so, and then they pay themselves', async () => {
    const declined = await charge('a', 'pm_challenge', { offSession });
    expect(declined).toMatchObject({
      ok: true,
      value: { kind: 'declined', failure: { code: 'authentication_required' } },
    });
    expect(desk.payment).toMatchObject({
      status: 'requires_payment_method',
      failure: { code: 'authentication_required' },
    });
    const told = desk.store.tables.events.slice(1).map(({ type, data }) => [type, data.customer]);
    expect(told).toEqual([
      ['payment.declined', undefined],
      ['payment.authentication_required', ALICE],
    ]);
    expect(await charge('a', 'pm_challenge', { offSession })).toEqual(declined);
    expect(kindOf(await desk.confirm(desk.payment.id, 'b', 'pm_challenge'))).toBe('done');
    expect(desk.payment.status).toBe('requires_action');
  });

  it('a payment that was declined is charged again, with the default or another kept method', async () => {
    await charge('a', 'pm_challenge', { offSession });
    const { id } = desk.payment;
    expect(kindOf(await desk.confirm(id, 'b', 'pm_fresh', true))).toBe('payment_method_not_found');
    expect(kindOf(await desk.confirm(id, 'c', null, true))).toBe('no_default_payment_method');
    expect(kindOf(await desk.confirm(id, 'd', 'pm_alice', true))).toBe('done');
    expect(desk.stripe.calls.at(-1)?.request).toMatchObject({ operation: 'confirm', offSession: true });
    expect(desk.payment.status).toBe('succeeded');
  });

  it('another decline asks nobody to authenticate', async () => {
    desk.keeps('pm_declined', ALICE);
    expect(kindOf(await charge('a', 'pm_declined', { offSession }))).toBe('declined');
    expect(desk.events).not.toContain('payment.authentication_required');
  });
});
