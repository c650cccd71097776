import type Stripe from 'stripe';
import { contract, refusal } from '../support/stripe-contract';

contract('Objects are expanded', (target) => {
  let stripe: Stripe;
  let intent: Stripe.PaymentIntent;
  let customer: Stripe.Customer;

  beforeAll(async () => {
    ({ stripe } = target());
    customer = await stripe.customers.create({ name: 'Ada' });
    intent = await stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'usd',
      customer: customer.id,
      confirm: true,
      capture_method: 'automatic',
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
  });

  const retrieve = (...expand: string[]): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.retrieve(intent.id, { expand });

  it('as ids, unless they are asked for', async () => {
    expect(await retrieve()).toMatchObject({
      customer: customer.id,
      latest_charge: expect.stringMatching(/^(ch|py)_/),
      payment_method: expect.stringMatching(/^pm_/),
    });
  });

  it('one level deep, several at once', async () => {
    expect(await retrieve('customer', 'payment_method')).toMatchObject({
      customer: { id: customer.id, object: 'customer', name: 'Ada' },
      payment_method: { object: 'payment_method', card: { last4: '4242' } },
      latest_charge: expect.any(String),
    });
  });

  it('four levels deep', async () => {
    const charge = { object: 'charge', payment_intent: { id: intent.id, customer: { id: customer.id } } };
    expect(await retrieve('latest_charge.balance_transaction.source.payment_intent')).toMatchObject({
      latest_charge: {
        balance_transaction: {
          object: 'balance_transaction',
          amount: 2_000,
          source: { object: 'charge', payment_intent: { id: intent.id, object: 'payment_intent' } },
        },
      },
    });
    expect(await retrieve('latest_charge.payment_intent.customer')).toMatchObject({ latest_charge: charge });
  });

  it('two paths with the same beginning, both of them', async () => {
    expect(await retrieve('latest_charge.balance_transaction', 'latest_charge.customer')).toMatchObject({
      latest_charge: { balance_transaction: { object: 'balance_transaction' }, customer: { id: customer.id } },
    });
  });

  it('not five levels deep', async () => {
    const path = 'latest_charge.payment_intent.latest_charge.payment_intent.customer';
    expect(await refusal(retrieve(path))).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
      code: 'property_expansion_max_depth',
      message: `You cannot expand more than 4 levels of a property. Property: ${path}`,
    });
  });

  it('within a list, where its data counts as a level', async () => {
    const { data } = await stripe.paymentIntents.list({
      customer: customer.id,
      expand: ['data.latest_charge.balance_transaction.source', 'data.customer'],
    });
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      customer: { id: customer.id },
      latest_charge: { balance_transaction: { source: { object: 'charge' } } },
    });
    const path = 'data.latest_charge.payment_intent.latest_charge.payment_intent';
    expect(await refusal(stripe.paymentIntents.list({ customer: customer.id, expand: [path] }))).toMatchObject({
      statusCode: 400,
      code: 'property_expansion_max_depth',
    });
  });

  it('within a list only behind its data', async () => {
    expect(await refusal(stripe.paymentIntents.list({ expand: ['customer'] }))).toMatchObject({
      statusCode: 400,
      message: "This property cannot be expanded (customer). You may want to try expanding 'data.customer' instead.",
    });
  });

  it.each(['amount', 'metadata', 'nothing', 'customer.nothing'])('but not %s', async (path) => {
    const error = await refusal(retrieve(path));
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
    expect(error.code).toBeUndefined();
    expect(error.message).toMatch(/^This property cannot be expanded/);
  });

  it('into nothing where there is nothing', async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 2_000, currency: 'usd' });
    expect(
      await stripe.paymentIntents.retrieve(id, { expand: ['customer', 'latest_charge.balance_transaction'] }),
    ).toMatchObject({ customer: null, latest_charge: null });
  });

  it('in the answer to what makes or changes them', async () => {
    const updated = await stripe.paymentIntents.update(intent.id, { description: 'x', expand: ['customer'] });
    expect(updated.customer).toMatchObject({ id: customer.id, name: 'Ada' });
    const made = await stripe.paymentIntents.create({
      amount: 2_000,
      currency: 'usd',
      customer: customer.id,
      expand: ['customer'],
    });
    expect(made.customer).toMatchObject({ id: customer.id, name: 'Ada' });
  });

  it('into what is left of a deleted one', async () => {
    const gone = await stripe.customers.create({ name: 'Grace' });
    const { id } = await stripe.paymentIntents.create({ amount: 2_000, currency: 'usd', customer: gone.id });
    await stripe.customers.del(gone.id);
    expect((await stripe.paymentIntents.retrieve(id, { expand: ['customer'] })).customer).toEqual({
      id: gone.id,
      object: 'customer',
      deleted: true,
    });
  });

  it('refused before anything is done', async () => {
    const email = `expand-${Date.now()}@example.com`;
    await refusal(stripe.customers.create({ email, expand: ['a.b.c.d.e'] }));
    expect((await stripe.customers.list({ email })).data).toHaveLength(0);
  });
});
