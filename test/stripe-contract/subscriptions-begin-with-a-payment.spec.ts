import type Stripe from 'stripe';
import { contract, eventually, refusal } from '../support/stripe-contract';
import { advance, HOUR, JANUARY_31, eventsAbout, invoicesOf, price, subscriber, usesCard } from './subscriber';

contract('Subscriptions begin with a payment', (target) => {
  const subscriptions = () => target().stripe.subscriptions;
  const latest = ({ latest_invoice: invoice }: Stripe.Subscription): Stripe.Invoice => invoice as Stripe.Invoice;

  it('are incomplete until the client has paid when that is asked for', async () => {
    const { customer } = await subscriber(target(), { card: null });
    const made = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      payment_behavior: 'default_incomplete',
      expand: ['latest_invoice.confirmation_secret'],
    });
    expect(made).toMatchObject({ status: 'incomplete', pending_setup_intent: null });
    expect(latest(made)).toMatchObject({ status: 'open', amount_due: 1_000, attempted: false });
    const secret = latest(made).confirmation_secret?.client_secret ?? '';
    expect(secret).toMatch(/^pi_.*_secret_/);
    const paid = await target().stripe.paymentIntents.confirm(secret.split('_secret_')[0] ?? '', {
      payment_method: 'pm_card_visa',
    });
    expect(paid.status).toBe('succeeded');
    const active = await eventually(
      target(),
      () => subscriptions().retrieve(made.id),
      ({ status }) => status === 'active',
    );
    expect(active.latest_invoice).toBe(latest(made).id);
  });

  it('tell that they were made, and that they became active', async () => {
    const { customer } = await subscriber(target(), { card: null });
    const made = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      payment_behavior: 'default_incomplete',
      expand: ['latest_invoice.confirmation_secret'],
    });
    const secret = latest(made).confirmation_secret?.client_secret ?? '';
    await target().stripe.paymentIntents.confirm(secret.split('_secret_')[0] ?? '', { payment_method: 'pm_card_visa' });
    const events = await eventually(
      target(),
      () => eventsAbout(target(), made.id),
      ({ length }) => length >= 2,
    );
    expect(events.map(({ type }) => type)).toEqual(['customer.subscription.created', 'customer.subscription.updated']);
    expect(events[1]?.data.previous_attributes).toMatchObject({ status: 'incomplete' });
  });

  it('keep the method that paid when that is asked for', async () => {
    const { customer } = await subscriber(target(), { card: null });
    const made = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      payment_behavior: 'default_incomplete',
      payment_settings: { save_default_payment_method: 'on_subscription' },
      expand: ['latest_invoice.confirmation_secret'],
    });
    const secret = latest(made).confirmation_secret?.client_secret ?? '';
    const intent = await target().stripe.paymentIntents.confirm(secret.split('_secret_')[0] ?? '', {
      payment_method: 'pm_card_visa',
    });
    const active = await eventually(
      target(),
      () => subscriptions().retrieve(made.id),
      (subscription) => subscription.default_payment_method !== null,
    );
    expect(active.default_payment_method).toBe(intent.payment_method);
  });

  it('are incomplete when the card is declined', async () => {
    const { customer } = await subscriber(target(), { card: 'pm_card_chargeCustomerFail' });
    const made = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      payment_behavior: 'allow_incomplete',
      expand: ['latest_invoice'],
    });
    expect(made.status).toBe('incomplete');
    expect(latest(made)).toMatchObject({ status: 'open', attempted: true, attempt_count: 1 });
  });

  it('are not made at all when the card is declined and that is an error', async () => {
    const { customer } = await subscriber(target(), { card: 'pm_card_chargeCustomerFail' });
    const error = await refusal(
      subscriptions().create({
        customer,
        items: [{ price: await price(target(), 1_000) }],
        payment_behavior: 'error_if_incomplete',
      }),
    );
    expect(error).toMatchObject({ statusCode: 402, type: 'StripeCardError', code: 'card_declined' });
    expect((await subscriptions().list({ customer, status: 'all' })).data).toEqual([]);
  });

  it('need a method to pay with', async () => {
    const { customer } = await subscriber(target(), { card: null });
    const error = await refusal(subscriptions().create({ customer, items: [{ price: await price(target(), 1_000) }] }));
    expect(error).toMatchObject({ statusCode: 400, code: 'resource_missing' });
    expect(error.message).toContain('no attached payment source or default payment method');
  });

  it('wait for the bank when the card has to be authenticated', async () => {
    const { customer } = await subscriber(target(), { card: 'pm_card_authenticationRequired' });
    const made = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      payment_behavior: 'allow_incomplete',
    });
    expect(made.status).toBe('incomplete');
    const invoice = await target().stripe.invoices.retrieve(made.latest_invoice as string, {
      expand: ['payments.data.payment.payment_intent'],
    });
    const intent = invoice.payments?.data[0]?.payment.payment_intent as Stripe.PaymentIntent;
    expect(intent.status).toBe('requires_action');
  });

  it('expire when the first payment does not come within a day, and owe nothing', async () => {
    const { customer, clock } = await subscriber(target(), { card: null });
    const { id } = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      payment_behavior: 'default_incomplete',
    });
    await advance(target(), clock, JANUARY_31 + 22 * HOUR);
    expect((await subscriptions().retrieve(id)).status).toBe('incomplete');
    await advance(target(), clock, JANUARY_31 + 25 * HOUR);
    expect((await subscriptions().retrieve(id)).status).toBe('incomplete_expired');
    expect((await invoicesOf(target(), id)).map(({ status }) => status)).toEqual(['void']);
  });

  it('become active when their open invoice is paid by another card', async () => {
    const { customer } = await subscriber(target(), { card: 'pm_card_chargeCustomerFail' });
    const made = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      payment_behavior: 'allow_incomplete',
    });
    const method = await usesCard(target(), customer, 'pm_card_visa');
    const paid = await target().stripe.invoices.pay(made.latest_invoice as string, { payment_method: method });
    expect(paid.status).toBe('paid');
    expect((await subscriptions().retrieve(made.id)).status).toBe('active');
  });

  it('are active at once when the invoice is sent, which is due some days later', async () => {
    const { customer } = await subscriber(target(), { card: null });
    const made = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      collection_method: 'send_invoice',
      days_until_due: 14,
      expand: ['latest_invoice'],
    });
    expect(made).toMatchObject({ status: 'active', days_until_due: 14 });
    expect(latest(made)).toMatchObject({ status: 'draft', collection_method: 'send_invoice', amount_due: 1_000 });
  });

  it('can bill something once on the first invoice', async () => {
    const { customer } = await subscriber(target());
    const { id: product } = await target().stripe.products.create({ name: 'Set-up' });
    const made = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      add_invoice_items: [{ price_data: { currency: 'gbp', product, unit_amount: 2_500 } }],
      expand: ['latest_invoice'],
    });
    expect(latest(made)).toMatchObject({ amount_paid: 3_500, status: 'paid' });
  });

  it('can be made of a price for the occasion, with metadata of their own', async () => {
    const { customer } = await subscriber(target());
    const { id: product } = await target().stripe.products.create({ name: 'Silver' });
    const made = await subscriptions().create({
      customer,
      items: [
        {
          price_data: { currency: 'gbp', product, unit_amount: 700, recurring: { interval: 'week' } },
          metadata: { seat: 'A' },
        },
      ],
      metadata: { plan: 'silver' },
    });
    expect(made).toMatchObject({ status: 'active', metadata: { plan: 'silver' } });
    expect(made.items.data[0]).toMatchObject({ metadata: { seat: 'A' }, price: { unit_amount: 700, product } });
  });

  it('refuse one-time prices, unknown prices and unknown customers', async () => {
    const { customer } = await subscriber(target());
    const once = await target().stripe.prices.create({
      currency: 'gbp',
      unit_amount: 100,
      product_data: { name: 'Once' },
    });
    const oneTime = await refusal(subscriptions().create({ customer, items: [{ price: once.id }] }));
    expect(oneTime).toMatchObject({ statusCode: 400, param: 'items[0][price]' });
    expect(oneTime.message).toContain('type=one_time');
    const unknown = await refusal(subscriptions().create({ customer, items: [{ price: 'price_missing' }] }));
    expect(unknown).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'items[0][price]' });
    const nobody = await refusal(subscriptions().create({ customer: 'cus_missing', items: [{ price: once.id }] }));
    expect(nobody).toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'customer' });
  });
});
