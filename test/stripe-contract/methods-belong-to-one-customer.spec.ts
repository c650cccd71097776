import type Stripe from 'stripe';
import { contract, eventually, refusal, type Target } from '../support/stripe-contract';

const withoutRedirects = { enabled: true, allow_redirects: 'never' } as const;

const newCard = async ({ stripe }: Target): Promise<string> =>
  (await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } })).id;
const newCustomer = async ({ stripe }: Target): Promise<string> => (await stripe.customers.create()).id;

/** A payment by that method, confirmed at once. */
function pay(
  { stripe }: Target,
  method: string,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.PaymentIntent> {
  return stripe.paymentIntents.create({
    amount: 1_500,
    currency: 'gbp',
    payment_method: method,
    confirm: true,
    automatic_payment_methods: withoutRedirects,
    ...more,
  });
}

async function eventOf(target: Target, type: string, id: string): Promise<Stripe.Event | undefined> {
  const isIt = ({ data: { object } }: Stripe.Event): boolean => 'id' in object && object.id === id;
  const events = await eventually(
    target,
    async () => (await target.stripe.events.list({ type, limit: 50 })).data,
    (found) => found.some(isIt),
  );
  return events.find(isIt);
}

contract('payment methods', (target) => {
  it('are made of a token, with what is known of their owner', async () => {
    const method = await target().stripe.paymentMethods.create({
      type: 'card',
      card: { token: 'tok_visa' },
      billing_details: { name: 'Ada', email: 'ada@example.com', address: { postal_code: 'N1 1AA', country: 'GB' } },
      metadata: { order: '1' },
    });
    expect(method).toMatchObject({
      object: 'payment_method',
      type: 'card',
      allow_redisplay: 'unspecified',
      billing_details: {
        name: 'Ada',
        email: 'ada@example.com',
        phone: null,
        address: { line1: null, postal_code: 'N1 1AA', country: 'GB' },
      },
      card: { brand: 'visa', last4: '4242', funding: 'credit', checks: { cvc_check: 'unchecked' } },
      customer: null,
      metadata: { order: '1' },
    });
    expect(method.id).toMatch(/^pm_/);
  });

  it('cannot be made for a customer in one step', async () => {
    const customer = await newCustomer(target());
    const error = await refusal(
      target().stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' }, customer }),
    );
    expect(error).toMatchObject({ statusCode: 400, rawType: 'invalid_request_error' });
    expect(error.message).toMatch(/^You cannot attach a PaymentMethod to a Customer during PaymentMethod creation\./);
  });

  it('cannot be made of a token that is none', async () => {
    const error = await refusal(
      target().stripe.paymentMethods.create({ type: 'card', card: { token: 'pm_card_visa' } }),
    );
    expect(error).toMatchObject({ statusCode: 400, message: 'Invalid token id: pm_card_visa', param: 'token' });
  });

  it('belong to a customer once attached, which says so', async () => {
    const { stripe } = target();
    const [card, customer] = [await newCard(target()), await newCustomer(target())];
    const attached = await stripe.paymentMethods.attach(card, { customer });
    expect(attached).toMatchObject({ id: card, customer, card: { checks: { cvc_check: 'pass' } } });
    expect(await eventOf(target(), 'payment_method.attached', card)).toMatchObject({ data: { object: { customer } } });
  });

  it('stay where they are when attached once more', async () => {
    const { stripe } = target();
    const [card, customer] = [await newCard(target()), await newCustomer(target())];
    await stripe.paymentMethods.attach(card, { customer });
    expect(await stripe.paymentMethods.attach(card, { customer })).toMatchObject({ id: card, customer });
  });

  it('cannot be attached to nobody, or to nobody who is known', async () => {
    const card = await newCard(target());
    const nobody = await refusal(target().stripe.paymentMethods.attach(card, {}));
    expect(nobody).toMatchObject({
      statusCode: 400,
      code: 'parameter_missing',
      message: 'Must provide customer or customer_account.',
    });
    const unknown = await refusal(target().stripe.paymentMethods.attach(card, { customer: 'cus_none' }));
    expect(unknown).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'customer' });
  });

  it('cannot be attached to a second customer', async () => {
    const { stripe } = target();
    const card = await newCard(target());
    await stripe.paymentMethods.attach(card, { customer: await newCustomer(target()) });
    const error = await refusal(stripe.paymentMethods.attach(card, { customer: await newCustomer(target()) }));
    expect(error).toMatchObject({
      statusCode: 400,
      message: 'The payment method you provided has already been attached to a customer.',
    });
  });

  it('are listed for their customer, by type', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const first = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    const second = await stripe.paymentMethods.attach('pm_card_mastercard', { customer });
    const ids = ({ data }: { data: { id: string }[] }): string[] => data.map(({ id }) => id);
    expect(ids(await stripe.paymentMethods.list({ customer, type: 'card' }))).toEqual([second.id, first.id]);
    expect(ids(await stripe.customers.listPaymentMethods(customer))).toEqual([second.id, first.id]);
    expect(ids(await stripe.customers.listPaymentMethods(customer, { type: 'sepa_debit' }))).toEqual([]);
    expect(await stripe.customers.retrievePaymentMethod(customer, first.id)).toMatchObject({ id: first.id });
  });

  it('are not found with another customer', async () => {
    const { stripe } = target();
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer: await newCustomer(target()) });
    const error = await refusal(stripe.customers.retrievePaymentMethod(await newCustomer(target()), id));
    expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  });

  it('change their address and their expiry, and tell', async () => {
    const { stripe } = target();
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer: await newCustomer(target()) });
    const year = new Date().getFullYear() + 3;
    const updated = await stripe.paymentMethods.update(id, {
      billing_details: { address: { city: 'London' } },
      card: { exp_month: 12, exp_year: year },
      metadata: { a: '1' },
    });
    expect(updated).toMatchObject({
      billing_details: { address: { city: 'London', country: null } },
      card: { exp_month: 12, exp_year: year },
      metadata: { a: '1' },
    });
    expect(await eventOf(target(), 'payment_method.updated', id)).toBeDefined();
  });

  it('that are detached belong to nobody ever after', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
    expect(await stripe.paymentMethods.detach(id)).toMatchObject({ id, customer: null });
    expect(await eventOf(target(), 'payment_method.detached', id)).toMatchObject({
      data: { previous_attributes: { customer } },
    });
    expect(await stripe.customers.retrieve(customer)).toMatchObject({
      invoice_settings: { default_payment_method: null },
    });
    expect((await refusal(stripe.paymentMethods.attach(id, { customer }))).message).toBe(
      'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.',
    );
    expect((await refusal(pay(target(), id))).message).toMatch(/^The provided PaymentMethod was previously used /);
  });

  it('cannot be detached from nobody', async () => {
    const error = await refusal(target().stripe.paymentMethods.detach(await newCard(target())));
    expect(error).toMatchObject({
      statusCode: 400,
      message: 'The payment method you provided is not attached to a customer so detachment is impossible.',
    });
  });

  it('of nobody pay once only', async () => {
    const card = await newCard(target());
    expect(await pay(target(), card)).toMatchObject({ status: 'succeeded', payment_method: card });
    expect((await refusal(pay(target(), card))).message).toMatch(
      /It may not be used again\. To use a PaymentMethod multiple times, you must attach it to a Customer first\.$/,
    );
  });

  it('of a customer pay again and again', async () => {
    const customer = await newCustomer(target());
    const { id } = await target().stripe.paymentMethods.attach('pm_card_visa', { customer });
    expect(await pay(target(), id, { customer })).toMatchObject({ status: 'succeeded' });
    expect(await pay(target(), id, { customer })).toMatchObject({ status: 'succeeded' });
  });

  it('of a customer do not pay for another, nor for nobody', async () => {
    const customer = await newCustomer(target());
    const { id } = await target().stripe.paymentMethods.attach('pm_card_visa', { customer });
    const other = await newCustomer(target());
    expect(await refusal(pay(target(), id, { customer: other }))).toMatchObject({
      statusCode: 400,
      param: 'payment_method',
      message: `The PaymentMethod ${id} does not belong to the Customer you supplied ${other}. Please use this PaymentMethod with the Customer that it belongs to instead.`,
    });
    expect(await refusal(pay(target(), id))).toMatchObject({
      statusCode: 400,
      code: 'parameter_missing',
      message: `The \`payment_method\` parameter supplied ${id} belongs to the Customer ${customer}. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`,
    });
  });

  it('are kept by a payment that says they are for later', async () => {
    const customer = await newCustomer(target());
    const card = await newCard(target());
    await pay(target(), card, { customer, setup_future_usage: 'off_session' });
    expect(await target().stripe.paymentMethods.retrieve(card)).toMatchObject({ customer });
    expect(await pay(target(), card, { customer, off_session: true })).toMatchObject({ status: 'succeeded' });
  });

  it('are not kept by a payment that was declined', async () => {
    const customer = await newCustomer(target());
    await refusal(pay(target(), 'pm_card_chargeCustomerFail', { customer, setup_future_usage: 'off_session' }));
    expect((await target().stripe.customers.listPaymentMethods(customer)).data).toEqual([]);
  });

  it('that are a customer’s default pay where no other is named', async () => {
    const { stripe } = target();
    const { id: customer, invoice_settings: settings } = await stripe.customers.create({
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    });
    const intent = await stripe.paymentIntents.create({
      amount: 1_000,
      currency: 'gbp',
      customer,
      automatic_payment_methods: withoutRedirects,
    });
    expect(await stripe.paymentIntents.confirm(intent.id)).toMatchObject({
      status: 'succeeded',
      payment_method: settings.default_payment_method,
    });
  });
});
