import type Stripe from 'stripe';
import { contract, refusal, send, type Target } from '../support/stripe-contract';

const withoutRedirects = { enabled: true, allow_redirects: 'never' } as const;

function create(
  { stripe }: Target,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.PaymentIntent> {
  return stripe.paymentIntents.create({
    amount: 2_000,
    currency: 'gbp',
    automatic_payment_methods: withoutRedirects,
    ...more,
  });
}

const held = (target: Target): Promise<Stripe.PaymentIntent> =>
  create(target, { payment_method: 'pm_card_visa', confirm: true, capture_method: 'manual' });

contract('payment intents', (target) => {
  it('begin without a method, and wait for one', async () => {
    const intent = await create(target());
    expect(intent).toMatchObject({
      object: 'payment_intent',
      amount: 2_000,
      amount_capturable: 0,
      amount_received: 0,
      capture_method: 'automatic_async',
      confirmation_method: 'automatic',
      currency: 'gbp',
      customer: null,
      latest_charge: null,
      next_action: null,
      payment_method: null,
      status: 'requires_payment_method',
    });
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_`));
  });

  it('with a method wait to be confirmed', async () => {
    const intent = await create(target(), { payment_method: 'pm_card_visa' });
    expect(intent).toMatchObject({ status: 'requires_confirmation', latest_charge: null });
    expect(await target().stripe.paymentIntents.confirm(intent.id)).toMatchObject({
      status: 'succeeded',
      amount_received: 2_000,
    });
  });

  it('cannot be confirmed without a method', async () => {
    const { id } = await create(target());
    const error = await refusal(target().stripe.paymentIntents.confirm(id));
    expect(error).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
      payment_intent: { id, status: 'requires_payment_method' },
    });
  });

  it('take the data of a method instead of a method', async () => {
    const { stripe } = target();
    const intent = await stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'eur',
      payment_method_data: {
        type: 'sepa_debit',
        sepa_debit: { iban: 'AT611904300234573201' },
        billing_details: { name: 'Jenny Rosen', email: 'jenny@example.com' },
      },
    });
    expect(intent.status).toBe('requires_confirmation');
    const { payment_method: method } = await stripe.paymentIntents.retrieve(intent.id, { expand: ['payment_method'] });
    expect(method).toMatchObject({ type: 'sepa_debit', billing_details: { name: 'Jenny Rosen' } });
  });

  it('take a method or the data of one, not both', async () => {
    const error = await refusal(
      create(target(), {
        payment_method: 'pm_card_visa',
        payment_method_data: { type: 'sepa_debit', sepa_debit: { iban: 'AT611904300234573201' } },
      }),
    );
    expect(error).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error' });
  });

  it('change until they are paid', async () => {
    const { stripe } = target();
    const { id } = await create(target(), { metadata: { a: '1' }, description: 'first' });
    const updated = await stripe.paymentIntents.update(id, {
      amount: 2_500,
      description: 'second',
      metadata: { a: '', b: '2' },
      payment_method: 'pm_card_visa',
      receipt_email: 'ada@example.com',
      shipping: { name: 'Ada', address: { line1: '1 High Street' } },
    });
    expect(updated).toMatchObject({
      amount: 2_500,
      description: 'second',
      metadata: { b: '2' },
      receipt_email: 'ada@example.com',
      shipping: { name: 'Ada', address: { line1: '1 High Street' } },
      status: 'requires_confirmation',
    });
    expect(await stripe.paymentIntents.update(id, { shipping: '', receipt_email: '' })).toMatchObject({
      shipping: null,
      receipt_email: null,
    });
    await stripe.paymentIntents.confirm(id);
    expect(await stripe.paymentIntents.update(id, { metadata: { late: '1' } })).toMatchObject({
      metadata: { b: '2', late: '1' },
    });
    const error = await refusal(stripe.paymentIntents.update(id, { amount: 3_000 }));
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state', param: 'amount' });
  });

  it('take no other method once they are held or over, whichever way it is named', async () => {
    const { stripe } = target();
    const held = await create(target(), { payment_method: 'pm_card_visa', capture_method: 'manual', confirm: true });
    const paid = await create(target(), { payment_method: 'pm_card_visa', confirm: true });
    const { id: canceled } = await create(target());
    await stripe.paymentIntents.cancel(canceled);
    for (const id of [held.id, paid.id, canceled]) {
      const before = await stripe.paymentIntents.retrieve(id);
      const params = { payment_method_data: { type: 'card', card: { token: 'tok_visa' } } } as const;
      expect(await refusal(stripe.paymentIntents.update(id, params))).toMatchObject({
        statusCode: 400,
        code: 'payment_intent_unexpected_state',
        payment_intent: { id },
      });
      expect(await stripe.paymentIntents.retrieve(id)).toEqual(before);
    }
  });

  it("take no other customer's method, however early it is named", async () => {
    const { stripe } = target();
    const { id: owner } = await stripe.customers.create();
    const { id: customer } = await stripe.customers.create();
    const { id: payment_method } = await stripe.paymentMethods.attach('pm_card_visa', { customer: owner });
    expect(await refusal(create(target(), { payment_method, customer }))).toMatchObject({
      statusCode: 400,
      param: 'payment_method',
      message: `The PaymentMethod ${payment_method} does not belong to the Customer you supplied ${customer}. Please use this PaymentMethod with the Customer that it belongs to instead.`,
    });
    const { id } = await create(target());
    expect((await refusal(stripe.paymentIntents.update(id, { payment_method }))).message).toContain(
      `belongs to the Customer ${owner}. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`,
    );
    expect(await stripe.paymentIntents.update(id, { payment_method, customer: owner })).toMatchObject({
      payment_method,
      customer: owner,
    });
  });

  it('keep the customer that they were given', async () => {
    const { stripe } = target();
    const [{ id: first }, { id: second }] = [await stripe.customers.create(), await stripe.customers.create()];
    const { id } = await create(target());
    expect(await stripe.paymentIntents.update(id, { customer: first })).toMatchObject({ customer: first });
    const error = await refusal(stripe.paymentIntents.update(id, { customer: second }));
    expect(error.message).toBe(
      'You cannot modify `customer` on a PaymentIntent once it already has been set. To fulfill a payment with a different Customer, cancel this PaymentIntent and create a new one.',
    );
  });

  it('are for customers who are known', async () => {
    const error = await refusal(create(target(), { customer: 'cus_none' }));
    expect(error).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'customer',
      message: "No such customer: 'cus_none'",
    });
  });

  it('are listed for their customer', async () => {
    const { stripe } = target();
    const { id: customer } = await stripe.customers.create();
    const { id } = await create(target(), { customer });
    await create(target());
    expect((await stripe.paymentIntents.list({ customer })).data.map((intent) => intent.id)).toEqual([id]);
  });

  it('hold the money until it is captured', async () => {
    const intent = await held(target());
    expect(intent).toMatchObject({ status: 'requires_capture', amount_capturable: 2_000, amount_received: 0 });
    expect(await target().stripe.paymentIntents.capture(intent.id)).toMatchObject({
      status: 'succeeded',
      amount_capturable: 0,
      amount_received: 2_000,
    });
  });

  it('hold the money by the wish of the card alone', async () => {
    const intent = await create(target(), {
      payment_method: 'pm_card_visa',
      payment_method_options: { card: { capture_method: 'manual' } },
      confirm: true,
    });
    expect(intent).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 2_000,
      payment_method_options: { card: { capture_method: 'manual' } },
    });
  });

  it('are captured in part once, and the rest is released', async () => {
    const { stripe } = target();
    const { id } = await held(target());
    const captured = await stripe.paymentIntents.capture(id, {
      amount_to_capture: 500,
      metadata: { part: '1' },
      expand: ['latest_charge'],
    });
    expect(captured).toMatchObject({
      status: 'succeeded',
      amount: 2_000,
      amount_received: 500,
      amount_capturable: 0,
      metadata: { part: '1' },
      latest_charge: { amount: 2_000, amount_captured: 500, captured: true },
    });
    const error = await refusal(stripe.paymentIntents.capture(id));
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(error.message).toBe(
      'The remaining amount on this PaymentIntent could not be captured because the remainder of the authorized amount has been released.',
    );
  });

  it('are not captured beyond what they hold, nor several times', async () => {
    const { stripe } = target();
    const { id } = await held(target());
    const more = await refusal(stripe.paymentIntents.capture(id, { amount_to_capture: 2_001 }));
    expect(more).toMatchObject({ statusCode: 400, code: 'amount_too_large' });
    const again = await refusal(stripe.paymentIntents.capture(id, { amount_to_capture: 500, final_capture: false }));
    expect(again).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error' });
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({ status: 'requires_capture' });
  });

  it('do not hold more than they were confirmed for', async () => {
    const { id } = await held(target());
    const error = await refusal(target().stripe.paymentIntents.incrementAuthorization(id, { amount: 3_000 }));
    expect(error).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error' });
  });

  it.each([
    ['requires_payment_method', (t: Target) => create(t)],
    ['requires_confirmation', (t: Target) => create(t, { payment_method: 'pm_card_visa' })],
    ['requires_action', (t: Target) => create(t, { payment_method: 'pm_card_threeDSecure2Required', confirm: true })],
    ['requires_capture', held],
  ])('are canceled from %s', async (status, make) => {
    const intent = await make(target());
    expect(intent.status).toBe(status);
    const canceled = await target().stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
      amount_capturable: 0,
      next_action: null,
    });
    expect(canceled.canceled_at).not.toBeNull();
  });

  it('that are paid or canceled are not canceled', async () => {
    const { stripe } = target();
    const paid = await create(target(), { payment_method: 'pm_card_visa', confirm: true });
    const { id: canceled } = await create(target());
    await stripe.paymentIntents.cancel(canceled);
    for (const id of [paid.id, canceled]) {
      const error = await refusal(stripe.paymentIntents.cancel(id));
      expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state', payment_intent: { id } });
    }
  });

  it('that are paid are not confirmed again', async () => {
    const { id } = await create(target(), { payment_method: 'pm_card_visa', confirm: true });
    const error = await refusal(target().stripe.paymentIntents.confirm(id));
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(error.message).toBe(
      'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
    );
  });

  it('are tried again with another card', async () => {
    const { stripe } = target();
    const declined = await refusal(create(target(), { payment_method: 'pm_card_visa_chargeDeclined', confirm: true }));
    const { id } = declined.payment_intent ?? { id: '' };
    const paid = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(paid).toMatchObject({ id, status: 'succeeded', last_payment_error: null });
    const { data } = await stripe.charges.list({ payment_intent: id });
    expect(data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
  });

  it('fail rather than wait for the customer where that is wanted', async () => {
    const error = await refusal(
      create(target(), {
        payment_method: 'pm_card_threeDSecure2Required',
        confirm: true,
        error_on_requires_action: true,
      }),
    );
    expect(error).toMatchObject({ statusCode: 402, payment_intent: { status: 'requires_payment_method' } });
  });

  it('send the customer to the bank and say where they come back', async () => {
    const intent = await target().stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'gbp',
      payment_method: 'pm_card_threeDSecure2Required',
      confirm: true,
      return_url: 'https://shop.example/done',
      automatic_payment_methods: { enabled: true },
    });
    expect(intent).toMatchObject({
      status: 'requires_action',
      next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: 'https://shop.example/done' } },
    });
  });

  it('need to know where the customer comes back where they might leave', async () => {
    const error = await refusal(
      target().stripe.paymentIntents.create({
        amount: 2_000,
        currency: 'gbp',
        payment_method: 'pm_card_visa',
        confirm: true,
      }),
    );
    expect(error).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error' });
    expect(error.message).toMatch(/you must provide a `return_url`/);
  });

  it('let a bank be asked that would not have asked', async () => {
    const intent = await create(target(), {
      payment_method: 'pm_card_threeDSecureOptional',
      payment_method_options: { card: { request_three_d_secure: 'any' } },
      confirm: true,
    });
    expect(intent.status).toBe('requires_action');
  });

  it.each(['confirmation_token', 'transfer_data[destination]', 'application_fee_amount', 'on_behalf_of'])(
    'refuse %s or take it, but never drop it in silence',
    async (name) => {
      const form = `amount=2000&currency=gbp&${encodeURIComponent(name)}=1`;
      const answer = await send(target(), 'POST', '/v1/payment_intents', { form });
      expect(answer.status).toBe(400);
    },
  );

  it('tell Stripe.js no more than it needs', async () => {
    const { id } = await create(target());
    const error = await refusal(target().stripe.paymentIntents.retrieve(id, { client_secret: `${id}_secret_wrong` }));
    expect(error).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error' });
  });
});

contract('charges', (target) => {
  const paid = async (): Promise<string> => {
    const { latest_charge: charge } = await create(target(), {
      payment_method: 'pm_card_visa',
      confirm: true,
      transfer_group: `group-${String(Date.now())}`,
    });
    return typeof charge === 'string' ? charge : '';
  };

  it('take notes, and what the shop thinks of them', async () => {
    const id = await paid();
    const updated = await target().stripe.charges.update(id, {
      description: 'noted',
      metadata: { a: '1' },
      receipt_email: 'ada@example.com',
      fraud_details: { user_report: 'safe' },
    });
    expect(updated).toMatchObject({
      id,
      description: 'noted',
      metadata: { a: '1' },
      receipt_email: 'ada@example.com',
      fraud_details: { user_report: 'safe' },
    });
  });

  it('are listed by their group', async () => {
    const id = await paid();
    const { transfer_group: group } = await target().stripe.charges.retrieve(id);
    const { data } = await target().stripe.charges.list({ transfer_group: group ?? '' });
    expect(data.map((charge) => charge.id)).toEqual([id]);
  });

  it('of an intent are captured by the intent alone', async () => {
    const { latest_charge: charge } = await held(target());
    const error = await refusal(target().stripe.charges.capture(typeof charge === 'string' ? charge : ''));
    expect(error).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error' });
  });
});
