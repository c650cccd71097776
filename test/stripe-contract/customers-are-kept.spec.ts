import type Stripe from 'stripe';
import { contract, eventually, refusal } from '../support/stripe-contract';

contract('customers', (target) => {
  it('are told of with the method that they pay by', async () => {
    const { stripe } = target();
    const { id, invoice_settings: settings } = await stripe.customers.create({
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    });
    const method = expect.stringMatching(/^pm_/) as unknown;
    expect(settings.default_payment_method).toEqual(method);
    const created = await eventually(
      target(),
      async () => (await stripe.events.list({ type: 'customer.created' })).data,
      (events) => events.some(({ data }) => (data.object as Stripe.Customer).id === id),
    );
    const event = created.find(({ data }) => (data.object as Stripe.Customer).id === id);
    expect(event?.data.object).toMatchObject({ invoice_settings: { default_payment_method: method } });
  });

  it('are made with what is given, and nothing owed', async () => {
    const customer = await target().stripe.customers.create({
      email: 'ada@example.com',
      name: 'Ada',
      phone: '+441234567890',
      address: { line1: '1 High Street', postal_code: 'N1 1AA', country: 'GB' },
      shipping: { name: 'Ada', address: { line1: '2 Low Street' } },
      preferred_locales: ['en-GB'],
      metadata: { order: '1' },
    });
    expect(customer).toMatchObject({
      object: 'customer',
      address: { line1: '1 High Street', line2: null, postal_code: 'N1 1AA', country: 'GB' },
      balance: 0,
      delinquent: false,
      email: 'ada@example.com',
      livemode: false,
      metadata: { order: '1' },
      name: 'Ada',
      phone: '+441234567890',
      preferred_locales: ['en-GB'],
      shipping: { name: 'Ada', address: { line1: '2 Low Street', city: null } },
      tax_exempt: 'none',
    });
    expect(customer.id).toMatch(/^cus_/);
  });

  it('change only in what an update names, and lose what it empties', async () => {
    const { stripe } = target();
    const { id } = await stripe.customers.create({ name: 'Ada', description: 'first', metadata: { a: '1', b: '2' } });
    const updated = await stripe.customers.update(id, { description: '', balance: -500, metadata: { a: '', c: '3' } });
    expect(updated).toMatchObject({ name: 'Ada', description: null, balance: -500 });
    expect(updated.metadata).toEqual({ b: '2', c: '3' });
    expect(await stripe.customers.retrieve(id)).toMatchObject({ description: null, balance: -500 });
  });

  it('tell of their change what was before', async () => {
    const { stripe } = target();
    const { id } = await stripe.customers.create({ name: 'Ada', metadata: { a: '1' } });
    await stripe.customers.update(id, { name: 'Grace', metadata: { b: '2' } });
    const { data } = await eventually(
      target(),
      () => stripe.events.list({ type: 'customer.updated', limit: 20 }),
      ({ data: events }) => events.some(({ data: { object } }) => 'id' in object && object.id === id),
    );
    const event = data.find(({ data: { object } }) => 'id' in object && object.id === id);
    expect(event?.data.previous_attributes).toEqual({ name: 'Ada', metadata: { b: null } });
  });

  it('that are deleted answer with that alone, and can be used no more', async () => {
    const { stripe } = target();
    const { id } = await stripe.customers.create();
    expect(await stripe.customers.del(id)).toEqual(expect.objectContaining({ id, object: 'customer', deleted: true }));
    expect(await stripe.customers.retrieve(id)).toMatchObject({ id, object: 'customer', deleted: true });
    const update = await refusal(stripe.customers.update(id, { name: 'Ada' }));
    expect(update).toMatchObject({ statusCode: 404, code: 'resource_missing', message: `No such customer: '${id}'` });
    const payment = await refusal(stripe.paymentIntents.create({ amount: 1000, currency: 'gbp', customer: id }));
    expect(payment).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'customer' });
  });

  it('leave their payments behind when they are deleted, and their methods belong to nobody', async () => {
    const { stripe } = target();
    const { id } = await stripe.customers.create();
    const { id: method } = await stripe.paymentMethods.attach('pm_card_visa', { customer: id });
    const intent = await stripe.paymentIntents.create({ amount: 1_000, currency: 'gbp', customer: id });
    await stripe.customers.del(id);
    expect((await stripe.paymentIntents.list({ customer: id })).data.map((left) => left.id)).toEqual([intent.id]);
    expect(await stripe.paymentMethods.retrieve(method)).toMatchObject({ customer: null });
    const unknown = await refusal(stripe.paymentIntents.list({ customer: 'cus_none' }));
    expect(unknown).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'customer' });
  });

  it('are listed by their exact address', async () => {
    const { stripe } = target();
    const email = `list-${String(Date.now())}@example.com`;
    const { id } = await stripe.customers.create({ email });
    await stripe.customers.create({ email: `other-${email}` });
    const { data } = await stripe.customers.list({ email });
    expect(data.map((customer) => customer.id)).toEqual([id]);
  });

  it('cannot have an address that is none', async () => {
    const error = await refusal(target().stripe.customers.create({ email: 'nobody' }));
    expect(error).toMatchObject({ statusCode: 400, code: 'email_invalid', param: 'email' });
  });

  it('live on a test clock from the start, if that clock exists', async () => {
    const error = await refusal(target().stripe.customers.create({ test_clock: 'clock_none' }));
    expect(error).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'test_clock' });
  });

  it('cannot have a default method that is not theirs', async () => {
    const error = await refusal(
      target().stripe.customers.create({ invoice_settings: { default_payment_method: 'pm_none' } }),
    );
    expect(error).toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
      param: 'invoice_settings[default_payment_method]',
    });
  });

  it('may bring their first method and make it the default', async () => {
    const { stripe } = target();
    const customer = await stripe.customers.create({
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
      expand: ['invoice_settings.default_payment_method'],
    });
    expect(customer.invoice_settings.default_payment_method).toMatchObject({
      object: 'payment_method',
      card: { last4: '4242' },
      customer: customer.id,
    });
  });
});
