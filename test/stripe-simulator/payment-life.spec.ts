import type Stripe from 'stripe';
import {
  confirmedPayment,
  eventually,
  failure,
  simulatorUnderTest,
  type SimulatorUnderTest,
} from './simulator-under-test';

describe('The life of a payment intent', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
  });
  afterAll(() => simulator.close());

  it('waits for a payment method, then for a confirmation, then succeeds', async () => {
    const created = await stripe.paymentIntents.create({ amount: 1_500, currency: 'EUR', metadata: { order: '7' } });
    expect(created).toMatchObject({
      object: 'payment_intent',
      status: 'requires_payment_method',
      amount: 1_500,
      currency: 'eur',
      capture_method: 'automatic_async',
      metadata: { order: '7' },
      automatic_payment_methods: { enabled: true, allow_redirects: 'always' },
    });
    expect(created.client_secret).toMatch(new RegExp(`^${created.id}_secret_`));
    const updated = await stripe.paymentIntents.update(created.id, { payment_method: 'pm_card_mastercard' });
    expect(updated.status).toBe('requires_confirmation');
    const paid = await stripe.paymentIntents.confirm(created.id, { return_url: 'https://shop.example/back' });
    expect(paid).toMatchObject({ status: 'succeeded', amount_received: 1_500, amount_capturable: 0 });
  });

  it('makes a new payment method of a token, with the brand and last digits of its card', async () => {
    const paid = await stripe.paymentIntents.create({
      ...confirmedPayment,
      payment_method: 'pm_card_amex',
      expand: ['payment_method'],
    });
    const method = paid.payment_method as Stripe.PaymentMethod;
    expect(method.id).toMatch(/^pm_\w{20,}$/);
    expect(method.card).toMatchObject({ brand: 'amex', last4: '0005' });
    expect(await stripe.paymentMethods.retrieve(method.id)).toMatchObject({ id: method.id, type: 'card' });
  });

  it('has its balance transaction at once when it captures synchronously', async () => {
    const paid = await stripe.paymentIntents.create({
      ...confirmedPayment,
      capture_method: 'automatic',
      expand: ['latest_charge.balance_transaction'],
    });
    const charge = paid.latest_charge as Stripe.Charge;
    expect(charge).toMatchObject({
      paid: true,
      captured: true,
      status: 'succeeded',
      amount_captured: 2_000,
      refunded: false,
    });
    expect(charge.balance_transaction).toMatchObject({
      amount: 2_000,
      fee: 50,
      net: 1_950,
      type: 'charge',
      source: charge.id,
    });
  });

  it('gets its balance transaction later, with charge.updated, when it captures asynchronously', async () => {
    const paid = await stripe.paymentIntents.create({
      ...confirmedPayment,
      expand: ['latest_charge.balance_transaction'],
    });
    const charge = paid.latest_charge as Stripe.Charge;
    expect(charge.balance_transaction).toBeNull();
    const settled = await eventually(
      () => stripe.charges.retrieve(charge.id),
      (now) => now.balance_transaction !== null,
    );
    expect(await stripe.balanceTransactions.retrieve(settled.balance_transaction as string)).toMatchObject({
      net: 1_950,
    });
    const { data } = await stripe.events.list({ type: 'charge.updated', limit: 1 });
    expect(data[0]?.data).toMatchObject({
      object: { id: charge.id },
      previous_attributes: { balance_transaction: null },
    });
  });

  it('holds the money of a manual capture, takes a part of it, and releases the rest without a refund', async () => {
    const held = await stripe.paymentIntents.create({ ...confirmedPayment, capture_method: 'manual' });
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 2_000, amount_received: 0 });
    const tooMuch = await failure(stripe.paymentIntents.capture(held.id, { amount_to_capture: 2_001 }));
    expect(tooMuch).toMatchObject({ statusCode: 400, code: 'amount_too_large', param: 'amount_to_capture' });
    const taken = await stripe.paymentIntents.capture(held.id, {
      amount_to_capture: 500,
      expand: ['latest_charge.balance_transaction'],
    });
    expect(taken).toMatchObject({ status: 'succeeded', amount: 2_000, amount_received: 500, amount_capturable: 0 });
    expect(taken.latest_charge).toMatchObject({
      amount: 2_000,
      amount_captured: 500,
      amount_refunded: 0,
      captured: true,
      refunded: false,
      balance_transaction: { amount: 500, fee: 28 },
    });
    const again = await failure(stripe.paymentIntents.capture(held.id));
    expect(again).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
      payment_intent: { id: held.id },
    });
  });

  it('releases an authorisation that is cancelled, and its charge is no refund', async () => {
    const held = await stripe.paymentIntents.create({ ...confirmedPayment, capture_method: 'manual' });
    const canceled = await stripe.paymentIntents.cancel(held.id, {
      cancellation_reason: 'duplicate',
      expand: ['latest_charge'],
    });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'duplicate', amount_capturable: 0 });
    expect(canceled.canceled_at).toEqual(expect.any(Number));
    expect(canceled.latest_charge).toMatchObject({
      captured: false,
      amount_captured: 0,
      amount_refunded: 0,
      refunded: false,
    });
    expect(await failure(stripe.paymentIntents.confirm(held.id))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
  });

  it('lets an authorisation expire after seven days', async () => {
    const held = await stripe.paymentIntents.create({ ...confirmedPayment, capture_method: 'manual' });
    await simulator.control.advanceClock(7 * 86_400 + 1);
    expect(await stripe.paymentIntents.retrieve(held.id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'expired',
    });
  });

  it.each([
    ['confirm', (id: string) => stripe.paymentIntents.confirm(id)],
    ['cancel', (id: string) => stripe.paymentIntents.cancel(id)],
    ['capture', (id: string) => stripe.paymentIntents.capture(id)],
    ['change of the amount', (id: string) => stripe.paymentIntents.update(id, { amount: 1 })],
  ])('refuses the %s of a payment that succeeded, and shows the payment', async (_name, act) => {
    const { id } = await stripe.paymentIntents.create(confirmedPayment);
    expect(await failure(act(id))).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
      code: 'payment_intent_unexpected_state',
      payment_intent: { id, status: 'succeeded' },
    });
  });

  it('will not be confirmed without a payment method, nor without a return_url where redirects are possible', async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    expect(await failure(stripe.paymentIntents.confirm(id))).toMatchObject({ code: 'payment_intent_unexpected_state' });
    const redirectable = await failure(stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' }));
    expect(redirectable).toMatchObject({ statusCode: 400, param: 'return_url' });
    const cardOnly = await stripe.paymentIntents.create({
      amount: 1_000,
      currency: 'usd',
      allowed_payment_method_types: ['card'],
      payment_method: 'pm_card_visa',
      confirm: true,
    });
    expect(cardOnly.status).toBe('succeeded');
  });

  it('merges metadata, unsets a key by an empty value, and all by an empty string', async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd', metadata: { a: '1', b: '2' } });
    expect((await stripe.paymentIntents.update(id, { metadata: { b: '', c: '3' } })).metadata).toEqual({
      a: '1',
      c: '3',
    });
    expect((await stripe.paymentIntents.update(id, { metadata: '' })).metadata).toEqual({});
  });
});
