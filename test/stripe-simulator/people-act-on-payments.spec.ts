import type Stripe from 'stripe';
import { formatAmount, minorUnits } from '../../src/infrastructure/stripe-simulator/control/pages/amounts';
import { elements, factOf, tableOf, textOf } from './page-document';
import { confirmedPayment, simulatorUnderTest, type SimulatorUnderTest } from './simulator-under-test';
import { buttonsOf, Visitor, type Visit } from './visitor';

const UI = '/_simulator/ui';

describe('On the page of a payment', () => {
  let simulator: SimulatorUnderTest;
  let stripe: Stripe;
  let visitor: Visitor;

  beforeAll(async () => {
    simulator = await simulatorUnderTest();
    ({ stripe } = simulator);
    visitor = new Visitor(simulator.url);
  });
  beforeEach(() => simulator.control.reset());
  afterAll(() => simulator.close());

  const pay = (params: Partial<Stripe.PaymentIntentCreateParams> = {}): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.create({ ...confirmedPayment, capture_method: 'automatic', ...params });
  const pageOf = ({ id }: Stripe.PaymentIntent): Promise<Visit> => visitor.open(`${UI}/payments/${id}`);
  const latestEvents = async (limit: number): Promise<string[]> =>
    (await stripe.events.list({ limit })).data.map(({ type }) => type);

  it.each([
    ['Complete authentication', 'The bank was satisfied.', 'succeeded'],
    ['Fail authentication', 'The authentication failed.', 'failed: payment_intent_authentication_failure'],
  ])('a person presses “%s” as the customer', async (button, message, status) => {
    const waiting = await pay({ payment_method: 'pm_card_threeDSecure2Required' });
    const after = await visitor.press(await pageOf(waiting), button);
    expect(after.message).toEqual({ role: 'status', text: message });
    expect(factOf(after.page, 'Status')).toContain(status);
    expect(buttonsOf(after)).not.toContain(button);
  });

  it('a person finishes the setup of a card as the customer', async () => {
    const { id: customer } = await stripe.customers.create();
    const waiting = await stripe.setupIntents.create({
      customer,
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    expect(waiting.status).toBe('requires_action');
    const found = await visitor.press(await visitor.open(`${UI}/payments`), 'Look up', {
      'Id of a payment, or of what belongs to one': waiting.id,
    });
    expect(found.heading).toBe(`Setup intent ${waiting.id}`);
    const done = await visitor.press(found, 'Complete authentication');
    expect(done.message).toEqual({ role: 'status', text: 'The bank was satisfied.' });
    expect((await stripe.setupIntents.retrieve(waiting.id)).status).toBe('succeeded');
    expect(elements(done.page, 'form')).toEqual([]);
  });

  it('a person captures a part, by amount', async () => {
    const held = await pay({ capture_method: 'manual' });
    const after = await visitor.press(await pageOf(held), 'Capture', { 'Amount in GBP': '12.5' });
    expect(after.message).toEqual({ role: 'status', text: 'The payment was captured.' });
    expect(await stripe.paymentIntents.retrieve(held.id)).toMatchObject({
      status: 'succeeded',
      amount_received: 1_250,
    });
  });

  it('a person cancels with a reason', async () => {
    const held = await pay({ capture_method: 'manual' });
    const after = await visitor.press(await pageOf(held), 'Cancel the payment', { Reason: 'abandoned' });
    expect(after.message?.role).toBe('status');
    expect(await stripe.paymentIntents.retrieve(held.id)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
    });
    expect(buttonsOf(after)).toEqual([]);
  });

  it('a person refunds in parts until nothing is left to refund', async () => {
    const paid = await pay();
    const first = await visitor.press(await pageOf(paid), 'Refund', {
      'Amount in GBP': '5.01',
      Reason: 'requested_by_customer',
    });
    expect(first.message).toEqual({ role: 'status', text: 'The refund was made.' });
    expect(tableOf(first.page, 'Money that goes back')).toMatchObject([
      { Amount: '5.01 GBP', Reason: 'requested_by_customer', Status: 'succeeded' },
    ]);
    expect(tableOf((await visitor.open('/')).page, 'The latest payments')[0]?.Afterwards).toBe('5.01 GBP refunded');
    const second = await visitor.press(first, 'Refund');
    expect((await stripe.refunds.list({ payment_intent: paid.id })).data.map(({ amount }) => amount)).toEqual([
      1_499, 501,
    ]);
    expect(buttonsOf(second)).toEqual([]);
    expect(tableOf((await visitor.open('/')).page, 'The latest payments')[0]?.Afterwards).toBe('refunded');
    expect(tableOf(second.page, 'What it did to the balance').map(({ Amount: amount }) => amount)).toEqual([
      '20.00 GBP',
      '-5.01 GBP',
      '-14.99 GBP',
    ]);
    expect(tableOf(second.page, 'Events of this payment, the newest first').map(({ Type: type }) => type)).toEqual(
      expect.arrayContaining(['refund.created', 'charge.refunded', 'payment_intent.created']),
    );
  });

  it.each([
    ['20.01', 'Refund amount (£20.01) is greater than charge amount (£20.00)'],
    ['0', 'This value must be greater than or equal to 1.'],
    [
      '1.005',
      "'1.005' is no amount in GBP. Write it in digits, with a point before the decimals, of which it has 2, such as 12.50.",
    ],
    ['5,00', "'5,00' is no amount in GBP."],
    ['-5', "'-5' is no amount in GBP."],
    ['', "'' is no amount in GBP."],
  ])('a refund of “%s” is refused in a sentence', async (amount, message) => {
    const paid = await pay();
    const after = await visitor.press(await pageOf(paid), 'Refund', { 'Amount in GBP': amount });
    expect(after.message?.role).toBe('alert');
    expect(after.message?.text).toContain(message);
    expect((await stripe.refunds.list()).data).toEqual([]);
  });

  it('a form that comes too late is refused in a sentence', async () => {
    const paid = await pay();
    const stale = await pageOf(paid);
    await stripe.refunds.create({ payment_intent: paid.id });
    const after = await visitor.press(stale, 'Refund');
    expect(after.message).toMatchObject({ role: 'alert' });
    expect(after.message?.text).toContain('has already been refunded');
    const gone = await pageOf(paid);
    await simulator.control.reset();
    expect(gone.status).toBe(200);
    expect(await visitor.press(stale, 'Refund')).toMatchObject({ status: 404, heading: 'Not found' });
  });

  it('a person disputes as the bank, and decides for the merchant', async () => {
    const paid = await pay();
    const disputed = await visitor.press(await pageOf(paid), 'Open a dispute', {
      'Amount in GBP': '15.00',
      Reason: 'product_not_received',
    });
    expect(disputed.message).toEqual({ role: 'status', text: 'The dispute was opened.' });
    const [dispute] = (await stripe.disputes.list()).data;
    expect(dispute).toMatchObject({ amount: 1_500, reason: 'product_not_received', status: 'needs_response' });
    expect(tableOf((await visitor.open('/')).page, 'The latest payments')[0]?.Afterwards).toBe('disputed');
    expect(buttonsOf(disputed)).not.toContain('Refund');
    const submitted = await visitor.press(disputed, 'Submit evidence', { 'Evidence in words': 'It was delivered.' });
    expect(submitted.message?.role).toBe('status');
    expect(await stripe.disputes.retrieve(dispute!.id)).toMatchObject({
      status: 'under_review',
      evidence: { uncategorized_text: 'It was delivered.' },
    });
    const won = await visitor.press(submitted, 'The merchant wins');
    expect(won.message).toEqual({ role: 'status', text: "The dispute's status is now won." });
    expect(await latestEvents(2)).toEqual(['charge.dispute.closed', 'charge.dispute.funds_reinstated']);
    expect(buttonsOf(won)).not.toContain('The merchant wins');
  });

  it('a person decides a dispute against the merchant', async () => {
    const disputed = await visitor.press(await pageOf(await pay()), 'Open a dispute');
    await visitor.press(disputed, 'The merchant loses');
    expect((await stripe.disputes.list()).data).toMatchObject([
      { status: 'lost', amount: 2_000, reason: 'fraudulent' },
    ]);
    expect((await visitor.press(disputed, 'The merchant wins')).message).toEqual({
      role: 'alert',
      text: 'This dispute is already closed',
    });
  });

  it('a person inquires first, then escalates', async () => {
    const inquired = await visitor.press(await pageOf(await pay()), 'Open a dispute', { Kind: 'inquiry' });
    expect(inquired.message).toEqual({ role: 'status', text: 'The inquiry was opened.' });
    expect((await stripe.disputes.list()).data).toMatchObject([{ status: 'warning_needs_response' }]);
    const escalated = await visitor.press(inquired, 'Escalate to a dispute');
    expect(escalated.message?.text).toBe("The dispute's status is now needs response.");
    expect(await latestEvents(2)).toEqual(['charge.dispute.funds_withdrawn', 'charge.dispute.updated']);
  });

  it('shows no form where nothing can be done', async () => {
    const { id } = await stripe.paymentIntents.create({ amount: 100, currency: 'usd' });
    await stripe.paymentIntents.cancel(id);
    const { page } = await visitor.open(`${UI}/payments/${id}`);
    expect(elements(page, 'form')).toEqual([]);
    expect(textOf(page)).not.toContain('What can be done');
  });
});

describe('Amounts that a person writes', () => {
  it.each([
    ['20', 'gbp', 2_000],
    ['20.5', 'gbp', 2_050],
    [' 0.01 ', 'usd', 1],
    ['1.15', 'eur', 115],
    ['4.35', 'eur', 435],
    ['999999999.99', 'usd', 99_999_999_999],
    ['500', 'jpy', 500],
    ['1.010', 'kwd', 1_010],
  ])('%s in %s are %d minor units', (written, currency, minor) => {
    expect(minorUnits(written, currency)).toBe(minor);
  });

  it.each([
    ['1.5', 'jpy'],
    ['1.0101', 'kwd'],
    ['1.', 'usd'],
    ['.5', 'usd'],
    ['1e3', 'usd'],
    ['0x10', 'usd'],
    ['1 000', 'usd'],
    ['1,000.00', 'usd'],
    ['+1', 'usd'],
    ['١', 'usd'],
    ['9'.repeat(10), 'usd'],
  ])('%s in %s is none', (written, currency) => {
    expect(() => minorUnits(written, currency)).toThrow('is no amount in');
  });

  it('come back as they were shown', () => {
    for (const currency of ['gbp', 'jpy', 'kwd', 'isk']) {
      for (const minor of [0, 1, 9, 10, 99, 100, 101, 1_000, 12_345_678]) {
        expect(minorUnits(formatAmount(minor, currency).split(' ')[0]!, currency)).toBe(minor);
      }
    }
    expect(formatAmount(-5, 'gbp')).toBe('-0.05 GBP');
  });
});
