import type Stripe from 'stripe';
import {
  advance,
  at,
  DAY,
  eventsAbout,
  HOUR,
  invoicesOf,
  price,
  subscriber,
  usesCard,
} from '../stripe-contract/subscriber';
import type { Target } from '../support/stripe-contract';
import { simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

const APRIL_1 = at('2027-04-01');
const MAY_1 = at('2027-05-01');
/** When the renewal is collected for the first time: just after its hour as a draft. */
const FIRST_TRY = MAY_1 + HOUR + 1;

describe('Renewals that keep failing', () => {
  let simulator: SimulatorUnderTest;
  let target: Target;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    target = { stripe: simulator.stripe, url: simulator.url, key: 'sk_test_simulator', real: false };
  });
  afterEach(() => simulator.control.settings({ retryAfterDays: [3, 5, 7], afterLastRetry: 'cancel' }));
  afterAll(() => simulator.close());

  const late = async (
    card = 'pm_card_chargeCustomerFail',
  ): Promise<{ id: string; clock: string; customer: string; renewal: () => Promise<Stripe.Invoice> }> => {
    const { customer, clock } = await subscriber(target, { from: APRIL_1 });
    const { id } = await target.stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target, 1_000) }],
    });
    await usesCard(target, customer, card);
    await advance(target, clock, FIRST_TRY);
    const [, renewal] = await invoicesOf(target, id);
    if (renewal === undefined) throw new Error('no renewal');
    return { id, clock, customer, renewal: () => target.stripe.invoices.retrieve(renewal.id) };
  };

  /** No test card can be kept that is then declined for good, so the bank's last answers are changed. */
  const bankSays = async (declineCode: string): Promise<void> => {
    const { account, tables } = await simulator.control.savedState();
    const intents = tables.payment_intents.map((intent) =>
      intent.last_payment_error === null
        ? intent
        : { ...intent, last_payment_error: { ...intent.last_payment_error, decline_code: declineCode } },
    );
    await simulator.control.restore({ account, tables: { ...tables, payment_intents: intents } });
  };

  it('are tried again after three, five and seven days', async () => {
    const { clock, renewal } = await late();
    const tries = [await renewal()];
    for (const days of [3, 8]) {
      await advance(target, clock, FIRST_TRY + days * DAY);
      tries.push(await renewal());
    }
    expect(tries.map((invoice) => [invoice.attempt_count, invoice.next_payment_attempt])).toEqual([
      [1, FIRST_TRY + 3 * DAY],
      [2, FIRST_TRY + 8 * DAY],
      [3, FIRST_TRY + 15 * DAY],
    ]);
  });

  it.each([
    ['cancel', 'canceled'],
    ['unpaid', 'unpaid'],
    ['past_due', 'past_due'],
  ] as const)('end as the account says: %s', async (afterLastRetry, status) => {
    await simulator.control.settings({ afterLastRetry });
    const { id, clock, renewal } = await late();
    await advance(target, clock, FIRST_TRY + 15 * DAY);
    expect(await target.stripe.subscriptions.retrieve(id)).toMatchObject({ status });
    expect(await renewal()).toMatchObject({ status: 'open', attempt_count: 4, next_payment_attempt: null });
  });

  it('are the reason that a canceled subscription gives', async () => {
    const { id, clock } = await late();
    await advance(target, clock, FIRST_TRY + 15 * DAY);
    expect((await target.stripe.subscriptions.retrieve(id)).cancellation_details?.reason).toBe('payment_failed');
  });

  it('leave the next invoices of an unpaid subscription as drafts, until the newest is paid', async () => {
    await simulator.control.settings({ afterLastRetry: 'unpaid' });
    const { id, clock, customer, renewal } = await late();
    await advance(target, clock, at('2027-06-01') + 2 * DAY);
    expect((await invoicesOf(target, id)).map(({ status }) => status)).toEqual(['paid', 'open', 'draft']);
    await usesCard(target, customer, 'pm_card_visa');
    await target.stripe.invoices.pay((await renewal()).id);
    expect((await target.stripe.subscriptions.retrieve(id)).status).toBe('active');
  });

  it('do not ask a card again that was declined for good, but go on counting', async () => {
    const { customer, clock, renewal } = await late();
    await bankSays('lost_card');
    await advance(target, clock, FIRST_TRY + 8 * DAY);
    expect(await renewal()).toMatchObject({ attempt_count: 3, next_payment_attempt: FIRST_TRY + 15 * DAY });
    const { data } = await target.stripe.charges.list({ customer });
    expect(data.filter(({ status }) => status === 'failed')).toHaveLength(1);
    await usesCard(target, customer, 'pm_card_visa');
    await advance(target, clock, FIRST_TRY + 15 * DAY);
    expect(await renewal()).toMatchObject({ status: 'paid', attempt_count: 4 });
  });

  it('wait for the customer where the bank asks for it, and are active again with that payment', async () => {
    const { id, renewal } = await late('pm_card_authenticationRequired');
    expect((await target.stripe.subscriptions.retrieve(id)).status).toBe('past_due');
    const { payments } = await target.stripe.invoices.retrieve((await renewal()).id, { expand: ['payments'] });
    await simulator.control.authenticate(payments?.data[0]?.payment.payment_intent as string, 'succeed');
    expect((await target.stripe.subscriptions.retrieve(id)).status).toBe('active');
    expect(await renewal()).toMatchObject({ status: 'paid', amount_paid: 1_000 });
  });

  it('count on while the customer does not come to their bank, and end as others do', async () => {
    const { id, customer, clock, renewal } = await late('pm_card_authenticationRequired');
    expect(await renewal()).toMatchObject({ attempt_count: 1, next_payment_attempt: FIRST_TRY + 3 * DAY });
    await advance(target, clock, FIRST_TRY + 15 * DAY);

    expect(await renewal()).toMatchObject({ status: 'open', attempt_count: 4, next_payment_attempt: null });
    expect((await target.stripe.subscriptions.retrieve(id)).status).toBe('canceled');
    const intents = await target.stripe.paymentIntents.list({ customer });
    expect(intents.data.map(({ status }) => status)).toEqual(['requires_action', 'succeeded']);
  });

  it('tell of every try what it changed', async () => {
    const { clock, renewal } = await late();
    await advance(target, clock, FIRST_TRY + 8 * DAY);
    const { id } = await renewal();
    const shown = (await eventsAbout(target, id)).map(({ data }) => ({
      invoice: data.object as Stripe.Invoice,
      before: data.previous_attributes as Partial<Stripe.Invoice> | undefined,
    }));
    shown.forEach(({ before, invoice }, at_) => {
      const last = shown[at_ - 1]?.invoice;
      if (last === undefined) return;
      const { attempt_count: count, next_payment_attempt: next } = { ...invoice, ...before };
      expect({ count, next }).toEqual({ count: last.attempt_count, next: last.next_payment_attempt });
    });
    expect(shown.at(-1)?.invoice.attempt_count).toBe(3);
  });

  it('follow the schedule that is set', async () => {
    await simulator.control.settings({ retryAfterDays: [1], afterLastRetry: 'past_due' });
    const { clock, renewal } = await late();
    expect(await renewal()).toMatchObject({ attempt_count: 1, next_payment_attempt: FIRST_TRY + DAY });
    await advance(target, clock, FIRST_TRY + DAY);
    expect(await renewal()).toMatchObject({ attempt_count: 2, next_payment_attempt: null });
  });
});
