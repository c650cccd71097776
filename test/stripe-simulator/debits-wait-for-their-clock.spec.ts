import type Stripe from 'stripe';
import { failure, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';

const accepted = { customer_acceptance: { type: 'offline' } } as const;
const DAY = 86_400;

function idOf(reference: string | { id: string } | null): string {
  return typeof reference === 'string' ? reference : (reference?.id ?? '');
}

describe('A debit that takes days', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;

  beforeEach(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
    await simulator.control.settings({ debitDelayMs: 2 * DAY * 1_000 });
  });
  afterEach(() => simulator.close());

  const debit = (token: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.create({
      amount: 3_000,
      currency: token.includes('bacs') ? 'gbp' : 'eur',
      allowed_payment_method_types: [token.includes('bacs') ? 'bacs_debit' : 'sepa_debit'],
      payment_method: token,
      mandate_data: accepted,
      confirm: true,
      ...more,
    });
  const statusOf = async ({ id }: { id: string }): Promise<string> => (await stripe.paymentIntents.retrieve(id)).status;

  it('shows its charge as pending, with nothing on the balance', async () => {
    const { latest_charge: id } = await debit('pm_success_de');
    expect(await stripe.charges.retrieve(idOf(id))).toMatchObject({
      status: 'pending',
      paid: false,
      balance_transaction: null,
      payment_method_details: {
        type: 'sepa_debit',
        sepa_debit: { bank_code: '37040044', country: 'DE', last4: '3000' },
      },
    });
  });

  it('is answered when its days have passed, and three times as late by a slow bank', async () => {
    const quick = await debit('pm_success_at');
    const slow = await debit('pm_successDelayed_at');
    await simulator.control.advanceClock(2 * DAY + 1);
    expect([await statusOf(quick), await statusOf(slow)]).toEqual(['succeeded', 'processing']);
    await simulator.control.advanceClock(4 * DAY);
    expect(await statusOf(slow)).toBe('succeeded');
  });

  it('tells of its life in order', async () => {
    const { id, latest_charge: charge } = await debit('pm_failed_at');
    await simulator.control.advanceClock(2 * DAY + 1);
    const { data } = await stripe.events.list({ limit: 20 });
    const told = data.filter(({ data: { object } }) => 'id' in object && [id, charge].includes(object.id));
    expect(told.map(({ type }) => type).reverse()).toEqual([
      'payment_intent.created',
      'charge.pending',
      'payment_intent.processing',
      'charge.failed',
      'payment_intent.payment_failed',
    ]);
  });

  it('can be given up while it is under way', async () => {
    const intent = await debit('pm_success_at');
    expect(await stripe.paymentIntents.cancel(intent.id)).toMatchObject({ status: 'canceled' });
    expect(await stripe.charges.retrieve(idOf(intent.latest_charge))).toMatchObject({
      status: 'failed',
      paid: false,
    });
    await simulator.control.advanceClock(9 * DAY);
    expect(await statusOf(intent)).toBe('canceled');
  });

  it('is neither confirmed again nor changed while it is under way', async () => {
    const { id } = await debit('pm_success_at');
    for (const call of [stripe.paymentIntents.confirm(id), stripe.paymentIntents.update(id, { amount: 4_000 })]) {
      expect(await failure(call)).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    }
  });

  it('cannot hold money', async () => {
    const error = await failure(debit('pm_success_at', { capture_method: 'manual' }));
    expect(error).toMatchObject({ statusCode: 400, param: 'capture_method' });
  });

  it('cannot be made by an account that told its bank so', async () => {
    const { id: customer } = await stripe.customers.create();
    const setup = await stripe.setupIntents.create({
      customer,
      allowed_payment_method_types: ['bacs_debit'],
      payment_method: 'pm_bacsDebit_mandateRefused',
      mandate_data: accepted,
      confirm: true,
    });
    expect(setup.status).toBe('succeeded');
    expect(await stripe.mandates.retrieve(idOf(setup.mandate))).toMatchObject({
      status: 'inactive',
      payment_method_details: { bacs_debit: { network_status: 'refused' } },
    });
    const { data } = await stripe.events.list({ type: 'mandate.updated' });
    expect(data).toMatchObject([{ data: { previous_attributes: { status: 'active' } } }]);
  });
});
