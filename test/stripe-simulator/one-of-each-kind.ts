import type Stripe from 'stripe';
import type { SimulatorControl } from '../support/simulator-control';

const NO_REDIRECTS = { enabled: true, allow_redirects: 'never' } as const;

/** At least one object of every kind that the simulator answers, the deleted ones among them. */
export async function makeOneOfEachKind(stripe: Stripe, control: SimulatorControl): Promise<unknown[]> {
  return [
    await stripe.accounts.retrieveCurrent(),
    await makeWebhookEndpoint(stripe),
    ...(await makePayments(stripe)),
    ...(await makeBilling(stripe)),
    ...(await makeSubscription(stripe)),
    ...(await makeTestClock(stripe)),
    ...(await makeMoneyMove(stripe, control)),
  ];
}

async function makeWebhookEndpoint(stripe: Stripe): Promise<unknown> {
  const endpoint = await stripe.webhookEndpoints.create({
    url: 'http://127.0.0.1:9/hooks',
    enabled_events: ['file.created'],
  });
  return [endpoint, await stripe.webhookEndpoints.del(endpoint.id)];
}

async function makePayments(stripe: Stripe): Promise<unknown[]> {
  const customer = await stripe.customers.create({ name: 'Ada', address: { line1: '1 High St' } });
  const pay = (payment_method: string): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.create({
      amount: 5_000,
      currency: 'gbp',
      customer: customer.id,
      confirm: true,
      capture_method: 'automatic',
      payment_method,
      automatic_payment_methods: NO_REDIRECTS,
    });
  const intent = await pay('pm_card_visa');
  const setup = await stripe.setupIntents.create({
    customer: customer.id,
    confirm: true,
    payment_method: 'pm_card_visa',
    automatic_payment_methods: NO_REDIRECTS,
  });
  const disputed = await pay('pm_card_createDispute');
  const gone = await stripe.customers.create();
  return [
    intent,
    setup,
    disputed,
    await stripe.refunds.create({ payment_intent: intent.id, amount: 1_000 }),
    await stripe.disputes.list({ payment_intent: disputed.id }),
    await stripe.setupAttempts.list({ setup_intent: setup.id }),
    await stripe.charges.list(),
    await stripe.paymentMethods.list({ customer: customer.id }),
    await makeMandate(stripe, customer.id),
    await stripe.files.create({
      purpose: 'dispute_evidence',
      file: { data: Buffer.from('a receipt'), name: 'receipt.pdf', type: 'application/pdf' },
    }),
    await stripe.customers.del(gone.id),
  ];
}

async function makeMandate(stripe: Stripe, customer: string): Promise<unknown> {
  const setup = await stripe.setupIntents.create({
    customer,
    confirm: true,
    allowed_payment_method_types: ['sepa_debit'],
    payment_method_data: {
      type: 'sepa_debit',
      sepa_debit: { iban: 'AT611904300234573201' },
      billing_details: { name: 'Ada', email: 'ada@example.com' },
    },
    mandate_data: {
      customer_acceptance: { type: 'online', online: { ip_address: '127.0.0.1', user_agent: 'specs' } },
    },
  });
  if (typeof setup.mandate !== 'string') throw new Error('the setup made no mandate');
  return stripe.mandates.retrieve(setup.mandate);
}

async function makeBilling(stripe: Stripe): Promise<unknown[]> {
  const customer = await stripe.customers.create({
    email: 'ada@example.com',
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  const product = await stripe.products.create({ name: 'Tea' });
  const price = await stripe.prices.create({ product: product.id, currency: 'gbp', unit_amount: 2_000 });
  const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
  const promotion = await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id } });
  const taxRate = await stripe.taxRates.create({ display_name: 'VAT', percentage: 20, inclusive: false });
  const item = await stripe.invoiceItems.create({
    customer: customer.id,
    pricing: { price: price.id },
    quantity: 3,
    tax_rates: [taxRate.id],
  });
  const draft = await stripe.invoices.create({
    customer: customer.id,
    discounts: [{ coupon: coupon.id }],
    pending_invoice_items_behavior: 'include',
    expand: ['discounts'],
  });
  const open = await stripe.invoices.finalizeInvoice(draft.id);
  const paid = await stripe.invoices.pay(open.id, { expand: ['payments'] });
  const [line] = paid.lines.data;
  const note = await stripe.creditNotes.create({
    invoice: paid.id,
    refund_amount: 540,
    lines: [{ type: 'invoice_line_item', invoice_line_item: line?.id ?? '', amount: 500 }],
  });
  return [
    [product, price, coupon, promotion, taxRate, item, draft, paid, note],
    await stripe.creditNotes.listLineItems(note.id),
    await stripe.invoicePayments.list({ invoice: paid.id }),
    await stripe.customers.createBalanceTransaction(customer.id, { amount: -500, currency: 'gbp' }),
    await deleteBilling(stripe, customer.id),
  ];
}

async function deleteBilling(stripe: Stripe, customer: string): Promise<unknown[]> {
  const product = await stripe.products.create({ name: 'Coffee' });
  const coupon = await stripe.coupons.create({ amount_off: 100, currency: 'gbp', duration: 'forever' });
  const item = await stripe.invoiceItems.create({ customer, amount: 100, currency: 'gbp' });
  const invoice = await stripe.invoices.create({ customer });
  return [
    await stripe.products.del(product.id),
    await stripe.coupons.del(coupon.id),
    await stripe.invoiceItems.del(item.id),
    await stripe.invoices.del(invoice.id),
  ];
}

async function makeSubscription(stripe: Stripe): Promise<unknown[]> {
  const customer = await stripe.customers.create({
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
  const prices: string[] = [];
  for (const name of ['Box of tea', 'Box of coffee']) {
    const product = await stripe.products.create({ name });
    const recurring = { interval: 'month' } as const;
    const { id } = await stripe.prices.create({ product: product.id, currency: 'gbp', unit_amount: 900, recurring });
    prices.push(id);
  }
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: prices.map((price) => ({ price })),
    discounts: [{ coupon: coupon.id }],
    expand: ['discounts', 'latest_invoice'],
  });
  return [subscription, await stripe.subscriptionItems.del(subscription.items.data[1]?.id ?? '')];
}

async function makeTestClock(stripe: Stripe): Promise<unknown[]> {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: 1_800_000_000 });
  return [clock, await stripe.testHelpers.testClocks.del(clock.id)];
}

async function makeMoneyMove(stripe: Stripe, control: SimulatorControl): Promise<unknown[]> {
  await control.advanceClock(3 * 86_400);
  return [
    await stripe.payouts.create({ amount: 100, currency: 'gbp' }),
    await stripe.balance.retrieve(),
    await stripe.balanceTransactions.list({ limit: 100 }),
  ];
}
