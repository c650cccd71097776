import type Stripe from 'stripe';
import { draftOf, intentOf, newCustomer, openOf } from '../stripe-contract/biller';
import type { Target } from '../support/stripe-contract';
import { failure, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

const HOUR = 3_600;
const DAY = 24 * HOUR;

describe('Invoices that advance by themselves', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;
  let target: Target;

  beforeEach(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
    target = { stripe, url: simulator.url, key: 'sk_test_simulator', real: false };
  });
  afterEach(() => simulator.close());

  /** Of that object, the oldest first. */
  async function eventsOf(id: string): Promise<Stripe.Event[]> {
    const { data } = await stripe.events.list({ limit: 100 });
    return data.filter((event) => 'id' in event.data.object && event.data.object.id === id).reverse();
  }

  async function typesOf(id: string): Promise<string[]> {
    return (await eventsOf(id)).map(({ type }) => type);
  }

  it('become final and are paid an hour after they were drafted, by the clock of the simulator', async () => {
    const { id: customer } = await newCustomer(target);
    const draft = await draftOf(target, customer, [1_000], { auto_advance: true });

    await simulator.control.advanceClock(HOUR - 5);
    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ status: 'draft' });

    await simulator.control.advanceClock(10);
    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({
      status: 'paid',
      amount_paid: 1_000,
      attempt_count: 1,
      auto_advance: false,
    });
    expect(await typesOf(draft.id)).toEqual([
      'invoice.created',
      'invoice.updated',
      'invoice.finalized',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
    ]);
  });

  it('wait for the test clock that their customer lives on', async () => {
    const now = Math.floor(Date.now() / 1000);
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: now });
    const { id: customer } = await newCustomer(target, 'pm_card_visa', { test_clock: clock.id });
    const draft = await draftOf(target, customer, [1_000], { auto_advance: true });
    expect(draft).toMatchObject({ created: now, test_clock: clock.id, automatically_finalizes_at: now + HOUR + 1 });

    await simulator.control.advanceClock(2 * HOUR);
    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ status: 'draft' });

    await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: now + 2 * HOUR });
    await simulator.control.advanceClock(HOUR);
    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({
      status: 'paid',
      status_transitions: { finalized_at: now + HOUR + 1, paid_at: now + HOUR + 1 },
    });
  });

  it('stay as they are when their customer is deleted', async () => {
    const { id: customer } = await newCustomer(target);
    const draft = await draftOf(target, customer, [1_000], { auto_advance: true });
    await stripe.customers.del(customer);
    await simulator.control.advanceClock(2 * HOUR);

    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ status: 'draft', attempted: false });
  });

  it('are collected an hour after a person made them final', async () => {
    const { id: customer } = await newCustomer(target);
    const draft = await draftOf(target, customer, [1_000], { auto_advance: true });
    const open = await stripe.invoices.finalizeInvoice(draft.id);
    expect(open).toMatchObject({ status: 'open', attempted: false, auto_advance: true });
    expect(open.next_payment_attempt).toBe((open.status_transitions.finalized_at ?? 0) + HOUR);

    await simulator.control.advanceClock(HOUR + 1);
    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ status: 'paid' });
  });

  it('stay open after a decline, and tell when the next try is', async () => {
    const { id: customer } = await newCustomer(target, 'pm_card_chargeCustomerFail');
    const draft = await draftOf(target, customer, [1_000], { auto_advance: true });
    await simulator.control.advanceClock(HOUR + 1);

    const open = await stripe.invoices.retrieve(draft.id);
    expect(open).toMatchObject({ status: 'open', attempted: true, attempt_count: 1, amount_remaining: 1_000 });
    expect(open.next_payment_attempt).not.toBeNull();
    const failed = (await eventsOf(draft.id)).filter(({ type }) => type === 'invoice.payment_failed');
    expect(failed.map(({ data }) => data.object)).toMatchObject([
      { attempt_count: 1, next_payment_attempt: open.next_payment_attempt },
    ]);
  });

  it('fail to be paid when the customer has no card', async () => {
    const { id: customer } = await newCustomer(target, null);
    const draft = await draftOf(target, customer, [1_000], { auto_advance: true });
    await simulator.control.advanceClock(HOUR + 1);

    expect(await stripe.invoices.retrieve(draft.id)).toMatchObject({ status: 'open', attempted: true });
    expect(await typesOf(draft.id)).toContain('invoice.payment_failed');
  });

  it('wait for the customer at their bank, and are paid when they come back from it', async () => {
    const { id: customer } = await newCustomer(target, 'pm_card_authenticationRequired');
    const open = await openOf(target, customer, [1_000]);
    expect(await failure(stripe.invoices.pay(open.id))).toMatchObject({
      code: 'invoice_payment_intent_requires_action',
    });
    expect((await typesOf(open.id)).slice(-2)).toEqual(['invoice.payment_action_required', 'invoice.payment_failed']);
    expect(await stripe.invoices.retrieve(open.id)).toMatchObject({ attempted: true, attempt_count: 1 });

    await simulator.control.authenticate((await intentOf(target, open.id)).id, 'succeed');
    expect(await stripe.invoices.retrieve(open.id)).toMatchObject({ status: 'paid', attempt_count: 1 });
  });

  it('fail when the customer is turned away at the bank', async () => {
    const { id: customer } = await newCustomer(target, 'pm_card_authenticationRequired');
    const open = await openOf(target, customer, [1_000]);
    await failure(stripe.invoices.pay(open.id));
    await simulator.control.authenticate((await intentOf(target, open.id)).id, 'fail');

    expect(await stripe.invoices.retrieve(open.id)).toMatchObject({ status: 'open', attempt_count: 1 });
    expect(await typesOf(open.id)).toContain('invoice.payment_failed');
  });

  it('wait for the bank that debits an account, and are paid when it has answered', async () => {
    await simulator.control.settings({ debitDelayMs: 3_000 });
    const { id: customer } = await newCustomer(target, null);
    const setup = await stripe.setupIntents.create({
      customer,
      allowed_payment_method_types: ['bacs_debit'],
      payment_method: 'pm_bacsDebit_success',
      confirm: true,
      mandate_data: { customer_acceptance: { type: 'offline' } },
    });
    const open = await openOf(target, customer, [1_000]);
    const method = typeof setup.payment_method === 'string' ? setup.payment_method : '';
    expect(await stripe.invoices.pay(open.id, { payment_method: method })).toMatchObject({
      status: 'open',
      attempted: true,
      attempt_count: 1,
    });
    expect(await intentOf(target, open.id)).toMatchObject({ status: 'processing' });

    await simulator.control.advanceClock(10);
    expect(await stripe.invoices.retrieve(open.id)).toMatchObject({ status: 'paid', amount_paid: 1_000 });
  });

  it('make a new intent when the one they had was canceled', async () => {
    const { id: customer } = await newCustomer(target);
    const open = await openOf(target, customer, [1_000]);
    const canceled = await intentOf(target, open.id);
    await stripe.paymentIntents.cancel(canceled.id);

    expect(await stripe.invoices.pay(open.id)).toMatchObject({ status: 'paid' });
    const { data } = await stripe.invoicePayments.list({ invoice: open.id });
    expect(data.map(({ status }) => status)).toEqual(['paid', 'canceled']);
  });

  it('are told of before they are due and once they are overdue', async () => {
    await simulator.control.settings({ invoiceReminderDays: 3 });
    const { id: customer } = await newCustomer(target);
    const open = await openOf(target, customer, [1_000], { collection_method: 'send_invoice', days_until_due: 7 });

    await simulator.control.advanceClock(4 * DAY + 5);
    expect(await typesOf(open.id)).toContain('invoice.will_be_due');
    expect(await typesOf(open.id)).not.toContain('invoice.overdue');

    await simulator.control.advanceClock(3 * DAY);
    expect(await typesOf(open.id)).toContain('invoice.overdue');
  });

  it('are not overdue once they were paid', async () => {
    const { id: customer } = await newCustomer(target);
    const open = await openOf(target, customer, [1_000], { collection_method: 'send_invoice', days_until_due: 7 });
    await stripe.invoices.pay(open.id, { paid_out_of_band: true });
    await simulator.control.advanceClock(8 * DAY);

    expect(await typesOf(open.id)).not.toContain('invoice.overdue');
  });

  it('announce what came of a payment in the order in which it came', async () => {
    const { id: customer } = await newCustomer(target);
    const open = await openOf(target, customer, [1_000]);
    const before = (await stripe.events.list({ limit: 1 })).data[0]?.id ?? '';
    await stripe.invoices.pay(open.id);

    const { data } = await stripe.events.list({ ending_before: before, limit: 100 });
    expect(data.map(({ type }) => type).reverse()).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'invoice_payment.paid',
      'invoice.updated',
      'invoice.paid',
      'invoice.payment_succeeded',
    ]);
    const updated = data.find(({ type }) => type === 'invoice.updated');
    expect(updated?.data.previous_attributes).toMatchObject({
      amount_paid: 0,
      amount_remaining: 1_000,
      status: 'open',
    });
  });

  it('are found by their number once search knows of them', async () => {
    await simulator.control.settings({ searchLagMs: 0 });
    const { id: customer } = await newCustomer(target);
    const open = await openOf(target, customer, [1_000]);

    const { data } = await stripe.invoices.search({ query: `number:'${open.number ?? ''}' AND total:1000` });
    expect(data.map(({ id }) => id)).toEqual([open.id]);
  });
});
