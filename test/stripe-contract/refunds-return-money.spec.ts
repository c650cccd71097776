import type Stripe from 'stripe';
import { contract, eventually, refusal, type Target } from '../support/stripe-contract';

const payment = {
  amount: 2_000,
  currency: 'gbp',
  payment_method: 'pm_card_visa',
  confirm: true,
  capture_method: 'automatic',
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
} as const satisfies Stripe.PaymentIntentCreateParams;

interface Paid {
  intent: string;
  charge: string;
}

contract('Refunds', (target) => {
  const stripe = (): Stripe => target().stripe;

  async function pay(params: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<Paid> {
    const { id, latest_charge: charge } = await stripe().paymentIntents.create({ ...payment, ...params });
    return { intent: id, charge: charge as string };
  }

  it('gives all that is left when no amount is named', async () => {
    const { intent, charge } = await pay();
    const refund = await stripe().refunds.create({ payment_intent: intent });
    expect(refund).toMatchObject({
      object: 'refund',
      amount: 2_000,
      currency: 'gbp',
      charge,
      payment_intent: intent,
      reason: null,
      receipt_number: null,
      source_transfer_reversal: null,
      transfer_reversal: null,
      status: 'succeeded',
      metadata: {},
    });
    expect(refund.id).toMatch(/^re_/);
    expect(refund.destination_details).toMatchObject({ type: 'card', card: { type: 'refund' } });
    expect(await stripe().charges.retrieve(charge)).toMatchObject({ amount_refunded: 2_000, refunded: true });
  });

  it('can be made by the charge, in parts, and the last takes what is left', async () => {
    const { charge } = await pay();
    await stripe().refunds.create({ charge, amount: 700 });
    expect(await stripe().charges.retrieve(charge)).toMatchObject({ amount_refunded: 700, refunded: false });
    await stripe().refunds.create({ charge, amount: 300 });
    const last = await stripe().refunds.create({ charge });
    expect(last.amount).toBe(1_000);
    expect(await stripe().charges.retrieve(charge)).toMatchObject({ amount_refunded: 2_000, refunded: true });
  });

  it('leaves the payment succeeded, with what was received', async () => {
    const { intent } = await pay();
    await stripe().refunds.create({ payment_intent: intent, amount: 500 });
    expect(await stripe().paymentIntents.retrieve(intent)).toMatchObject({
      status: 'succeeded',
      amount_received: 2_000,
    });
  });

  it.each(['duplicate', 'fraudulent', 'requested_by_customer'] as const)('keeps the reason %s', async (reason) => {
    const { intent } = await pay();
    expect((await stripe().refunds.create({ payment_intent: intent, reason })).reason).toBe(reason);
  });

  it('takes only reasons that a caller may give', async () => {
    const { intent } = await pay();
    const error = await refusal(
      stripe().refunds.create({ payment_intent: intent, reason: 'expired_uncaptured_charge' }),
    );
    expect(error).toMatchObject({
      statusCode: 400,
      param: 'reason',
      message: 'Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer',
    });
  });

  it('refuses more than is left, and says how much that is', async () => {
    const { charge } = await pay();
    await stripe().refunds.create({ charge, amount: 500 });
    const error = await refusal(stripe().refunds.create({ charge, amount: 1_501 }));
    expect(error).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
      param: 'amount',
      message: 'Refund amount (£15.01) is greater than unrefunded amount on charge (£15.00)',
    });
    expect((await stripe().charges.retrieve(charge)).amount_refunded).toBe(500);
  });

  it('refuses a second whole refund by its own code', async () => {
    const { intent, charge } = await pay();
    await stripe().refunds.create({ payment_intent: intent });
    expect(await refusal(stripe().refunds.create({ payment_intent: intent }))).toMatchObject({
      statusCode: 400,
      code: 'charge_already_refunded',
      message: `Charge ${charge} has already been refunded.`,
    });
  });

  it.each([0, -5])('refuses an amount of %d', async (amount) => {
    const { intent } = await pay();
    expect(await refusal(stripe().refunds.create({ payment_intent: intent, amount }))).toMatchObject({
      statusCode: 400,
      code: 'parameter_invalid_integer',
      param: 'amount',
      message: 'This value must be greater than or equal to 1.',
    });
  });

  it('asks for a charge or a payment', async () => {
    expect(await refusal(stripe().refunds.create({ amount: 100 }))).toMatchObject({
      statusCode: 400,
      message: 'One of the following params should be provided for this request: payment_intent or charge.',
    });
  });

  it('does not find a charge that there is none of', async () => {
    expect(await refusal(stripe().refunds.create({ charge: 'ch_none' }))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      param: 'id',
      message: "No such charge: 'ch_none'",
    });
  });

  it('refuses what is only held, and points to cancelling', async () => {
    const { intent, charge } = await pay({ capture_method: 'manual' });
    const error = await refusal(stripe().refunds.create({ charge }));
    expect(error.statusCode).toBe(400);
    expect(error.message).toContain(`This uncaptured Charge was created by a PaymentIntent (${intent}).`);
    expect(error.message).toContain('You must cancel the PaymentIntent');
  });

  it('refuses a payment that was declined', async () => {
    const error = await refusal(pay({ payment_method: 'pm_card_visa_chargeDeclined' }));
    const intent = error.payment_intent?.id ?? '';
    expect(await refusal(stripe().refunds.create({ payment_intent: intent }))).toMatchObject({
      statusCode: 400,
      message: `This PaymentIntent (${intent}) does not have a successful charge to refund.`,
    });
  });

  it('gives back no more than was captured', async () => {
    const { intent, charge } = await pay({ capture_method: 'manual' });
    await stripe().paymentIntents.capture(intent, { amount_to_capture: 800 });
    expect((await stripe().refunds.create({ payment_intent: intent })).amount).toBe(800);
    expect(await stripe().charges.retrieve(charge)).toMatchObject({ amount_refunded: 800, refunded: true });
  });

  it('is found by its id, its charge and its payment, the newest first', async () => {
    const { intent, charge } = await pay();
    const first = await stripe().refunds.create({ charge, amount: 100 });
    const second = await stripe().refunds.create({ charge, amount: 200 });
    expect(await stripe().refunds.retrieve(first.id)).toMatchObject({ id: first.id, amount: 100 });
    const ids = (list: Stripe.ApiList<Stripe.Refund>): string[] => list.data.map(({ id }) => id);
    expect(ids(await stripe().refunds.list({ charge }))).toEqual([second.id, first.id]);
    expect(ids(await stripe().refunds.list({ payment_intent: intent }))).toEqual([second.id, first.id]);
    expect(ids(await stripe().refunds.list({ charge, starting_after: second.id }))).toEqual([first.id]);
    const later = { gt: Math.max(first.created, second.created) };
    expect(ids(await stripe().refunds.list({ charge, created: later }))).toEqual([]);
  });

  it('stands in its charge only when that is expanded', async () => {
    const { charge } = await pay();
    const refund = await stripe().refunds.create({ charge, amount: 100 });
    expect(await stripe().charges.retrieve(charge)).not.toHaveProperty('refunds');
    const { refunds } = await stripe().charges.retrieve(charge, { expand: ['refunds'] });
    expect(refunds).toMatchObject({
      object: 'list',
      has_more: false,
      url: `/v1/charges/${charge}/refunds`,
      data: [{ id: refund.id, amount: 100 }],
    });
  });

  it('changes nothing but its metadata', async () => {
    const { charge } = await pay();
    const { id } = await stripe().refunds.create({ charge, metadata: { order: '7', kept: 'yes' } });
    expect((await stripe().refunds.update(id, { metadata: { order: '', ticket: '9' } })).metadata).toEqual({
      kept: 'yes',
      ticket: '9',
    });
    const amount = { amount: 5 } as unknown as Stripe.RefundUpdateParams;
    expect(await refusal(stripe().refunds.update(id, amount))).toMatchObject({ code: 'parameter_unknown' });
  });

  it('cannot be cancelled once it succeeded', async () => {
    const { charge } = await pay();
    const { id } = await stripe().refunds.create({ charge });
    expect(await refusal(stripe().refunds.cancel(id))).toMatchObject({
      statusCode: 400,
      message: 'Canceling this refund is unsupported.',
    });
  });

  it('takes its amount off the balance, and Stripe keeps the fee of the charge', async () => {
    const { charge } = await pay({ description: 'a book' });
    const refund = await stripe().refunds.create({ charge, amount: 500, expand: ['balance_transaction'] });
    expect(refund.balance_transaction).toMatchObject({
      amount: -500,
      currency: 'gbp',
      fee: 0,
      fee_details: [],
      net: -500,
      type: 'refund',
      reporting_category: 'refund',
      source: refund.id,
      description: 'REFUND FOR CHARGE (a book)',
    });
  });

  it('is told by refund.created and charge.refunded', async () => {
    const { charge } = await pay();
    const refund = await stripe().refunds.create({ charge, amount: 500 });
    const told = await eventsOf(target(), ['refund.created', 'charge.refunded'], (object) =>
      [refund.id, charge].includes(object.id),
    );
    expect(told.map(({ type }) => type).sort()).toEqual(['charge.refunded', 'refund.created']);
    const refunded = told.find(({ type }) => type === 'charge.refunded');
    expect(refunded?.data).toMatchObject({
      object: { id: charge, amount_refunded: 500, refunded: false },
      previous_attributes: { amount_refunded: 0 },
    });
  });

  it('is pending first with a card that says so, and succeeds later', async () => {
    const { charge } = await pay({ payment_method: 'pm_card_pendingRefund' });
    const refund = await stripe().refunds.create({ charge });
    expect(refund.status).toBe('pending');
    const done = await eventually(
      target(),
      () => stripe().refunds.retrieve(refund.id),
      ({ status }) => status !== 'pending',
    );
    expect(done.status).toBe('succeeded');
    expect(await stripe().charges.retrieve(charge)).toMatchObject({ amount_refunded: 2_000, refunded: true });
  });

  it('succeeds first and fails later with a card that says so, and the money returns', async () => {
    const { charge } = await pay({ payment_method: 'pm_card_refundFail' });
    const refund = await stripe().refunds.create({ charge, amount: 1_200 });
    expect(refund.status).toBe('succeeded');
    const failed = await eventually(
      target(),
      () => stripe().refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] }),
      ({ status }) => status === 'failed',
    );
    expect(failed.failure_reason).toEqual(expect.any(String));
    expect(failed.failure_balance_transaction).toMatchObject({
      amount: 1_200,
      net: 1_200,
      type: 'refund_failure',
      reporting_category: 'refund_failure',
      source: refund.id,
    });
    expect(await stripe().charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, refunded: false });
  });
});

/** The events of these types about the objects wanted, as soon as each type is there. */
async function eventsOf(
  target: Target,
  types: string[],
  wanted: (object: { id: string }) => boolean,
): Promise<Stripe.Event[]> {
  const read = async (): Promise<Stripe.Event[]> => {
    const { data } = await target.stripe.events.list({ types, limit: 100 });
    return data.filter((event) => wanted(event.data.object as { id: string }));
  };
  return eventually(target, read, (found) => types.every((type) => found.some((event) => event.type === type)));
}
