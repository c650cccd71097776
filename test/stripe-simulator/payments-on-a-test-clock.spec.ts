import type Stripe from 'stripe';
import { eventually, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

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

  it('are dated by that clock, as their customer is', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'gbp',
      customer,
      payment_method: 'pm_card_visa',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      expand: ['latest_charge'],
    });
    expect(intent).toMatchObject({ created: START, latest_charge: { created: START } });
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ created: START, test_clock: clock });
  });

  it('are given back by that clock too', async () => {
    const { id } = await stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'gbp',
      customer,
      payment_method: 'pm_card_pendingRefund',
      capture_method: 'automatic',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    const refund = await stripe.refunds.create({ payment_intent: id, expand: ['balance_transaction'] });
    expect(refund).toMatchObject({ created: START, status: 'pending', balance_transaction: { created: START } });
    await simulator.control.advanceClock(DAY);
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('pending');
    await advance(DAY);
    expect((await stripe.refunds.retrieve(refund.id)).status).toBe('succeeded');
  });

  it('are released when seven of its days have passed', async () => {
    const { id } = await stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'gbp',
      customer,
      payment_method: 'pm_card_visa',
      capture_method: 'manual',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await simulator.control.advanceClock(20 * DAY);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_capture' });
    await advance(7 * DAY + 1);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'expired',
      canceled_at: START + 7 * DAY,
    });
  });

  it('by debit are answered by that clock alone', async () => {
    await simulator.control.settings({ debitDelayMs: 3 * DAY * 1_000 });
    const { id } = await stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'eur',
      customer,
      allowed_payment_method_types: ['sepa_debit'],
      payment_method: 'pm_success_at',
      mandate_data: { customer_acceptance: { type: 'offline' } },
      confirm: true,
    });
    await simulator.control.advanceClock(20 * DAY);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'processing' });
    await advance(3 * DAY);
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'succeeded' });
  });

  it('leave their customer out of the list of all, and in the list of the clock', async () => {
    const { id: other } = await stripe.customers.create();
    const ids = async (params: Stripe.CustomerListParams): Promise<string[]> =>
      (await stripe.customers.list(params)).data.map(({ id }) => id);
    expect(await ids({})).toEqual([other]);
    expect(await ids({ test_clock: clock })).toEqual([customer]);
  });
});
