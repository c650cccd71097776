import type Stripe from 'stripe';
import { sliceOf } from '../../src/infrastructure/stripe-simulator/control/pages/slice';
import { RequestJournal } from '../../src/infrastructure/stripe-simulator/core/request-journal';
import { Table } from '../../src/infrastructure/stripe-simulator/core/table';
import { elements, factOf, tableOf, textOf } from './page-document';
import {
  confirmedPayment,
  eventually,
  failure,
  simulatorUnderTest,
  type SimulatorUnderTest,
} from './simulator-under-test';
import { Visitor } from './visitor';
import { webhookReceiver, type WebhookReceiver } from './webhook-receiver';

const UI = '/_simulator/ui';

describe('The pages', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;
  let visitor: Visitor;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    receiver = await webhookReceiver();
    ({ stripe } = simulator);
    visitor = new Visitor(simulator.url);
  });
  beforeEach(async () => {
    await simulator.control.reset();
    receiver.received.length = 0;
  });
  afterAll(async () => {
    await simulator.close();
    await receiver.close();
  });

  const pay = (params: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.create({ ...confirmedPayment, ...params });

  it('tell at first what to do, in a line that works as it stands', async () => {
    const { page, status } = await visitor.open('/');
    expect(status).toBe(200);
    const [payment = '', endpoint = ''] = elements(page, 'pre').map(textOf);
    expect(payment).toContain(`curl '${simulator.url}/v1/payment_intents' -u sk_test_simulator:`);
    expect(endpoint).toContain(`curl '${simulator.url}/v1/webhook_endpoints'`);
    for (const line of [payment, endpoint]) {
      const [, address = ''] = /curl '([^']*)'/.exec(line) ?? [];
      const fields = [...line.matchAll(/-d (?:'([^']*)'|(\S+))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
      const answer = await fetch(address, {
        method: 'POST',
        headers: { Authorization: `Basic ${Buffer.from('sk_test_simulator:').toString('base64')}` },
        body: new URLSearchParams(fields.join('&')),
      });
      expect(answer.status).toBe(200);
    }
    expect(tableOf((await visitor.open('/')).page, 'The latest payments')).toMatchObject([
      { Amount: '20.00 GBP', Status: 'succeeded' },
    ]);
  });

  it('say that this is no Stripe, what time it is, and what faults may strike', async () => {
    await simulator.control.advanceClock(3 * 86_400 + 7_200);
    await simulator.control.fault({ kind: 'delay' });
    const text = textOf((await visitor.open('/')).page);
    expect(text).toContain('this is not Stripe, and no money moves');
    expect(text).toMatch(/The clock shows \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, 3 d 2 h ahead of this machine/);
    expect(text).toContain('Faults that may strike: delay.');
    await simulator.control.clearFaults();
    expect(textOf((await visitor.open('/')).page)).toContain('No fault is set.');
  });

  it.each([
    ['gbp', 2_000, '20.00 GBP'],
    ['jpy', 2_000, '2000 JPY'],
    ['kwd', 2_050, '2.050 KWD'],
    ['usd', 50, '0.50 USD'],
    ['eur', 99_999_999, '999999.99 EUR'],
  ])('show %s %d as %s', async (currency, amount, shown) => {
    const { id } = await stripe.paymentIntents.create({ currency, amount });
    expect(tableOf((await visitor.open('/')).page, 'The latest payments')[0]).toMatchObject({
      Payment: id,
      Amount: shown,
    });
    expect((await visitor.open(`${UI}/payments/${id}`)).heading).toBe(`Payment of ${shown} (${id})`);
  });

  it('show each status in words, and why a payment failed', async () => {
    await pay();
    await pay({ capture_method: 'manual' });
    await pay({ payment_method: 'pm_card_threeDSecure2Required' });
    await failure(pay({ payment_method: 'pm_card_visa_chargeDeclinedInsufficientFunds' }));
    await stripe.paymentIntents.cancel((await stripe.paymentIntents.create({ amount: 100, currency: 'usd' })).id);
    const rows = tableOf((await visitor.open('/')).page, 'The latest payments');
    expect(rows.map(({ Status: status }) => status)).toEqual([
      'canceled',
      'failed: insufficient_funds',
      "waits for the bank's challenge",
      'held, to be captured',
      'succeeded',
    ]);
  });

  it('filter payments by status', async () => {
    await pay();
    const held = await pay({ capture_method: 'manual' });
    const found = await visitor.press(await visitor.open('/'), 'Filter', { Status: 'requires_capture' });
    expect(tableOf(found.page, 'Payments: held, to be captured')).toMatchObject([{ Payment: held.id }]);
    expect(elements(found.page, 'table')).toHaveLength(1);
  });

  it.each(['all', "a customer's"])('lead page by page to the oldest of %s payments', async (whose) => {
    const customer = (await stripe.customers.create()).id;
    const made: string[] = [];
    for (let count = 0; count < 27; count += 1) {
      made.unshift((await stripe.paymentIntents.create({ amount: 100, currency: 'usd', customer })).id);
    }
    const start = whose === 'all' ? `${UI}/payments` : `${UI}/customers/${customer}`;
    const first = await visitor.open(start);
    const older = elements(first.page, 'a').find((link) => textOf(link) === 'Older')?.attributes.href ?? '';
    const second = await visitor.open(older);
    const caption = whose === 'all' ? 'Payments, the newest first' : "The customer's payments, the newest first";
    const ids = [first, second].map(({ page }) => tableOf(page, caption).map(({ Payment: id }) => id));
    expect(ids).toEqual([made.slice(0, 25), made.slice(25)]);
    expect(elements(second.page, 'a').map(textOf)).not.toContain('Older');
    expect(textOf((await visitor.open(`${start}?after=pi_none`)).page)).toContain('There is none.');
  });

  it('look at a bounded number of rows, however many there are', () => {
    const table = new Table<{ id: string }>();
    for (let row = 0; row < 100_000; row += 1) table.put({ id: `row_${String(row)}` });
    let looked = 0;
    const count = (): boolean => {
      looked += 1;
      return false;
    };
    const first = sliceOf(table, { matches: count });
    expect(looked).toBe(5_000);
    expect(first).toEqual({ rows: [], next: 'row_95000' });
    expect(sliceOf(table, { after: 'row_2', matches: ({ id }) => id === 'row_0' })).toEqual({
      rows: [{ id: 'row_0' }],
      next: null,
    });
  });

  it.each(['payment', 'client secret', 'charge', 'balance transaction', 'event'])(
    'find a payment or event by the id of its %s',
    async (kind) => {
      const paid = await pay({ capture_method: 'automatic', expand: ['latest_charge'] });
      const charge = paid.latest_charge as Stripe.Charge;
      const [event] = (await stripe.events.list({ limit: 1 })).data;
      const { id, path } = {
        payment: { id: paid.id, path: `payments/${paid.id}` },
        'client secret': { id: paid.client_secret ?? '', path: `payments/${paid.id}` },
        charge: { id: charge.id, path: `payments/${paid.id}` },
        'balance transaction': { id: charge.balance_transaction as string, path: `payments/${paid.id}` },
        event: { id: event?.id ?? '', path: `events/${event?.id ?? ''}` },
      }[kind]!;
      const found = await visitor.press(await visitor.open(`${UI}/payments`), 'Look up', {
        'Id of a payment, or of what belongs to one': ` ${id} `,
      });
      expect(found).toMatchObject({ path: `${UI}/${path}`, status: 200 });
    },
  );

  it('are found with a slash too many, and from the folder of them all', async () => {
    expect((await visitor.open(UI)).heading).toBe('Stripe simulator');
    expect((await visitor.open(`${UI}/`)).heading).toBe('Stripe simulator');
    expect((await visitor.open(`${UI}/faults/`)).heading).toBe('Faults');
  });

  it('answer 404 with a sentence where there is nothing', async () => {
    for (const path of [
      'payments/pi_none',
      'events/evt_none',
      'customers/cus_none',
      'find?id=ch_none',
      'find',
      'nowhere',
    ]) {
      expect(await visitor.open(`${UI}/${path}`)).toMatchObject({ status: 404, heading: 'Not found' });
    }
  });

  it('show a payment with its charges, its fee and net, and its events', async () => {
    const customer = await stripe.customers.create({ name: 'Ada Lovelace' });
    const refused = await pay({
      customer: customer.id,
      description: 'Two engines',
      metadata: { order: '7' },
      confirm: false,
    });
    await failure(stripe.paymentIntents.confirm(refused.id, { payment_method: 'pm_card_chargeDeclined' }));
    await stripe.paymentIntents.confirm(refused.id, { payment_method: 'pm_card_visa', capture_method: 'automatic' });
    await pay();
    const { page } = await visitor.open(`${UI}/payments/${refused.id}`);
    expect(factOf(page, 'Customer')).toBe('Ada Lovelace');
    expect(factOf(page, 'Description')).toBe('Two engines');
    expect(factOf(page, 'Metadata order')).toBe('7');
    expect(tableOf(page, 'Every attempt to take the money')).toMatchObject([
      { Status: 'failed', Outcome: 'Your card was declined.', Captured: '0.00 GBP' },
      { Status: 'succeeded', Captured: '20.00 GBP' },
    ]);
    expect(tableOf(page, 'What it did to the balance')).toMatchObject([
      { Type: 'charge', Amount: '20.00 GBP', Fee: '0.50 GBP', Net: '19.50 GBP', Status: 'pending' },
    ]);
    expect(tableOf(page, 'Events of this payment, the newest first').map(({ Type: type }) => type)).toEqual([
      'payment_intent.succeeded',
      'charge.succeeded',
      'payment_intent.payment_failed',
      'charge.failed',
      'payment_intent.created',
    ]);
    const theirs = await visitor.open(`${UI}/customers/${customer.id}`);
    expect(theirs.heading).toBe('Customer Ada Lovelace');
    expect(tableOf(theirs.page, "The customer's payments, the newest first")).toMatchObject([{ Payment: refused.id }]);
  });

  it('show each try of a delivery, and send an event again', async () => {
    receiver.answers.push(500);
    const endpoint = { url: receiver.url, enabled_events: ['payment_intent.canceled' as const] };
    await stripe.webhookEndpoints.create(endpoint);
    await stripe.paymentIntents.cancel((await stripe.paymentIntents.create({ amount: 100, currency: 'usd' })).id);
    await eventually(
      () => simulator.control.deliveries(),
      ([delivery]) => delivery?.status === 'delivered',
    );
    const home = await visitor.open('/');
    expect(tableOf(home.page, 'The latest deliveries')).toMatchObject([
      { Type: 'payment_intent.canceled', State: 'delivered', Tries: '2', 'Last answer': '200', Endpoint: receiver.url },
    ]);
    const [{ Event: id = '' } = {}] = tableOf(home.page, 'The latest deliveries');
    const shown = await visitor.open(`${UI}/events/${id}`);
    expect(shown.heading).toBe(`Event payment_intent.canceled (${id})`);
    expect(tableOf(shown.page, `Tries to deliver to ${receiver.url}`).map(({ Answer: answer }) => answer)).toEqual([
      '500',
      '200',
    ]);
    const again = await visitor.press(shown, 'Send again to every endpoint');
    expect(again.message).toEqual({ role: 'status', text: 'The event was sent again. The endpoints answered: 200.' });
    expect(receiver.received.map(({ event }) => event.id)).toEqual([id, id, id]);
  });

  it('filter deliveries by state', async () => {
    await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
    await simulator.control.fault({ kind: 'webhook_drop' });
    await pay();
    const page = await visitor.press(await visitor.open(`${UI}/deliveries`), 'Filter', { State: 'dropped' });
    expect(tableOf(page.page, 'Deliveries: dropped')).toMatchObject([
      { State: 'dropped', Fault: 'webhook_drop', 'Last answer': 'not sent' },
    ]);
    const failed = await visitor.press(page, 'Filter', { State: 'failed' });
    expect(textOf(failed.page)).toContain('There is none.');
  });

  it('show a receipt where its address leads', async () => {
    const paid = await pay({ description: 'Two engines', expand: ['latest_charge'] });
    const url = new URL((paid.latest_charge as Stripe.Charge).receipt_url ?? '');
    expect(url.origin).toBe(simulator.url);
    const receipt = await visitor.open(url.pathname);
    expect(receipt).toMatchObject({ status: 200, heading: 'Receipt for 20.00 GBP' });
    expect(factOf(receipt.page, 'For')).toBe('Two engines');
    expect(factOf(receipt.page, 'By')).toBe('visa 4242');
    expect((await visitor.open('/_simulator/receipts/ch_none')).status).toBe(404);
  });

  it('show what has no page of its own as the API answers it', async () => {
    const paid = await pay({ capture_method: 'automatic' });
    const { page } = await visitor.open(`${UI}/payments/${paid.id}`);
    const links = elements(page, 'a').map(({ attributes }) => attributes.href ?? '');
    for (const prefix of ['ch_', 'txn_']) {
      const link = links.find((href) => href.startsWith(`${UI}/objects/${prefix}`)) ?? '';
      const shown = await visitor.open(link);
      expect(JSON.parse(textOf(elements(shown.page, 'pre')[0]!))).toMatchObject({ id: link.split('/').at(-1) });
    }
    const endpoint = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
    expect(await visitor.open(`${UI}/objects/${endpoint.id}`)).toMatchObject({ status: 404 });
    await stripe.coupons.create({ id: 'SUMMER 20%/é', percent_off: 20, duration: 'once' });
    const coupon = await visitor.press(await visitor.open(`${UI}/payments`), 'Look up', {
      'Id of a payment, or of what belongs to one': 'SUMMER 20%/é',
    });
    expect(coupon).toMatchObject({ status: 200, heading: 'Coupon SUMMER 20%/é' });
  });

  it('list invoices and subscriptions, and show an invoice to its customer', async () => {
    const customer = await stripe.customers.create({ name: 'Ada Lovelace', email: 'ada@example.com' });
    await stripe.paymentMethods
      .attach('pm_card_visa', { customer: customer.id })
      .then(({ id }) => stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: id } }));
    const product = await stripe.products.create({ name: 'Engine' });
    const price = await stripe.prices.create({
      product: product.id,
      currency: 'eur',
      unit_amount: 1_250,
      recurring: { interval: 'month' },
    });
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id, quantity: 2 }],
      expand: ['latest_invoice'],
    });
    const invoice = subscription.latest_invoice as Stripe.Invoice;
    expect(tableOf((await visitor.open(`${UI}/subscriptions`)).page, 'Subscriptions, the newest first')).toMatchObject([
      { Subscription: subscription.id, Status: 'active', Customer: 'Ada Lovelace' },
    ]);
    expect(tableOf((await visitor.open(`${UI}/invoices`)).page, 'Invoices, the newest first')).toMatchObject([
      { Invoice: invoice.id, Number: invoice.number, Status: 'paid', Total: '25.00 EUR', Customer: 'Ada Lovelace' },
    ]);
    const shown = await visitor.open(new URL(invoice.hosted_invoice_url ?? '').pathname);
    expect(shown.heading).toBe(`Invoice ${invoice.number ?? ''}`);
    expect(tableOf(shown.page, 'What it is for')).toMatchObject([{ Quantity: '2', Amount: '25.00 EUR' }]);
    expect(factOf(shown.page, 'Still to be paid')).toBe('0.00 EUR');
  });

  it('say so when the simulator itself fails, and write down why', async () => {
    const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const broken = jest.spyOn(RequestJournal.prototype, 'list').mockImplementation(() => {
      throw new Error('no journal today');
    });
    const failed = await visitor.open(`${UI}/requests`);
    broken.mockRestore();
    expect(failed).toMatchObject({ status: 500, heading: 'The simulator failed' });
    expect(failed.html).not.toContain('no journal today');
    expect(written).toHaveBeenCalledWith(expect.stringContaining('no journal today'));
    written.mockRestore();
  });

  it('show the requests with what became of them', async () => {
    await simulator.control.fault({ kind: 'error', status: 503 });
    await failure(stripe.paymentIntents.create({ amount: 100, currency: 'usd' }));
    await stripe.paymentIntents.create({ amount: 100, currency: 'usd' });
    const rows = tableOf(
      (await visitor.open(`${UI}/requests`)).page,
      'The latest requests to /v1, 50 at most, the newest first',
    );
    expect(rows).toMatchObject([
      { Method: 'POST', Path: '/v1/payment_intents', Answer: '200', 'Changed anything': 'yes', Fault: 'none' },
      { Answer: '503', 'Changed anything': 'no', Fault: 'error' },
    ]);
  });
});
