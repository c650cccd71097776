import type Stripe from 'stripe';
import { confirmedPayment, eventually, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

const START = 1_893_456_000;
const DAY = 86_400;

describe('Payments of a customer on a test clock', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;
  let clock: string;
  let customer: string;

  beforeEach(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
    ({ id: clock } = await stripe.testHelpers.testClocks.create({ frozen_time: START }));
    ({ id: customer } = await stripe.customers.create({ test_clock: clock }));
  });
  afterEach(() => simulator.close());

  async function advance(seconds: number): Promise<void> {
    await stripe.testHelpers.testClocks.advance(clock, { frozen_time: START + seconds });
    await eventually(
      () => stripe.testHelpers.testClocks.retrieve(clock),
      ({ status }) => status === 'ready',
    );
  }

  it('are dated by the real time, as Stripe does, while their customer is dated by the clock', async () => {
    const before = Math.floor(Date.now() / 1_000);
    const intent = await stripe.paymentIntents.create({ ...confirmedPayment, customer, expand: ['latest_charge'] });
    expect(intent.created).toBeGreaterThanOrEqual(before);
    expect(intent.created).toBeLessThan(START);
    expect(intent.latest_charge).toMatchObject({ created: intent.created });
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ created: START, test_clock: clock });
  });

  it('reach the balance without the clock', async () => {
    const { latest_charge: charge } = await stripe.paymentIntents.create({ ...confirmedPayment, customer });
    const { balance_transaction: transaction } = await eventually(
      () => stripe.charges.retrieve(charge as string, { expand: ['balance_transaction'] }),
      ({ balance_transaction }) => balance_transaction !== null,
    );
    expect(transaction).toMatchObject({ amount: 2_000, status: 'pending' });
  });

  it('are given back by the real time too', async () => {
    const { id } = await stripe.paymentIntents.create({
      ...confirmedPayment,
      customer,
      payment_method: 'pm_card_pendingRefund',
      capture_method: 'automatic',
    });
    const refund = await stripe.refunds.create({ payment_intent: id });
    await advance(DAY);
    expect((await stripe.refunds.retrieve(refund.id)).created).toBeLessThan(START);
    await simulator.control.advanceClock(DAY);
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
  });

  it('are held for seven real days, however far the clock has gone', async () => {
    const { id } = await stripe.paymentIntents.create({ ...confirmedPayment, customer, capture_method: 'manual' });
    await advance(20 * DAY);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_capture' });
    await simulator.control.advanceClock(7 * DAY + 1);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'expired',
    });
  });

  it('of a subscription are dated by the real time, and its invoice by the clock', async () => {
    const { id: method } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    const { latest_invoice: invoice } = await stripe.subscriptions.create({
      customer,
      default_payment_method: method,
      items: [
        {
          price_data: {
            currency: 'gbp',
            product: (await stripe.products.create({ name: 'Seat' })).id,
            recurring: { interval: 'month' },
            unit_amount: 900,
          },
        },
      ],
      expand: ['latest_invoice.payments'],
    });
    const { created, status_transitions: transitions, payments } = invoice as Stripe.Invoice;
    expect({ created, paid: transitions.paid_at }).toEqual({ created: START, paid: START });
    const intent = await stripe.paymentIntents.retrieve(payments?.data[0]?.payment.payment_intent as string);
    expect(intent.status).toBe('succeeded');
    expect(intent.created).toBeLessThan(START);
  });

  it('leave their customer out of the list of all, and in the list of the clock', async () => {
    const { id: other } = await stripe.customers.create();
    const ids = async (params: Stripe.CustomerListParams): Promise<string[]> =>
      (await stripe.customers.list(params)).data.map(({ id }) => id);
    expect(await ids({})).toEqual([other]);
    expect(await ids({ test_clock: clock })).toEqual([customer]);
  });
});
