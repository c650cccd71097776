import type Stripe from 'stripe';
import { contract, eventually } from '../support/stripe-contract';
import { advance, at, DAY, eventsAbout, HOUR, invoicesOf, price, subscriber, usesCard } from './subscriber';

const APRIL_1 = at('2027-04-01');
const MAY_1 = at('2027-05-01');

contract('Failed renewals are retried', (target) => {
  const subscriptions = () => target().stripe.subscriptions;

  /** Paid for the first month, with a card that is declined from then on. */
  const lateSubscription = async (
    card = 'pm_card_chargeCustomerFail',
  ): Promise<{ id: string; clock: string; customer: string; renewal: Stripe.Invoice }> => {
    const { customer, clock } = await subscriber(target(), { from: APRIL_1 });
    const { id } = await subscriptions().create({ customer, items: [{ price: await price(target(), 1_000) }] });
    await usesCard(target(), customer, card);
    await advance(target(), clock, MAY_1 + 2 * HOUR);
    const renewal = (await invoicesOf(target(), id)).at(-1);
    if (renewal === undefined) throw new Error('no renewal');
    return { id, clock, customer, renewal };
  };

  it('and the subscription is past due meanwhile', async () => {
    const { id, renewal } = await lateSubscription();
    expect((await subscriptions().retrieve(id)).status).toBe('past_due');
    expect(renewal).toMatchObject({ status: 'open', attempted: true, attempt_count: 1, amount_remaining: 1_000 });
    expect(renewal.next_payment_attempt).toBeGreaterThan(MAY_1 + HOUR);
  });

  it('and the failure is told with the time of the next try', async () => {
    const { id, renewal } = await lateSubscription();
    const events = await eventually(
      target(),
      () => eventsAbout(target(), renewal.id),
      (found) => found.some(({ type }) => type === 'invoice.payment_failed'),
    );
    const failure = events.find(({ type }) => type === 'invoice.payment_failed');
    expect(failure?.data.object).toMatchObject({
      attempt_count: 1,
      next_payment_attempt: renewal.next_payment_attempt,
    });
    const changes = await eventsAbout(target(), id);
    expect(changes.at(-1)).toMatchObject({
      type: 'customer.subscription.updated',
      data: { object: { status: 'past_due' }, previous_attributes: { status: 'active' } },
    });
  });

  it('until a new card pays', async () => {
    const { id, clock, customer, renewal } = await lateSubscription();
    await usesCard(target(), customer, 'pm_card_visa');
    await advance(target(), clock, (renewal.next_payment_attempt ?? 0) + HOUR);
    expect((await subscriptions().retrieve(id)).status).toBe('active');
    expect(await target().stripe.invoices.retrieve(renewal.id)).toMatchObject({
      status: 'paid',
      attempt_count: 2,
      amount_paid: 1_000,
      next_payment_attempt: null,
    });
  });

  it('unless it is paid in between', async () => {
    const { id, clock, customer, renewal } = await lateSubscription();
    const method = await usesCard(target(), customer, 'pm_card_visa');
    await target().stripe.invoices.pay(renewal.id, { payment_method: method });
    expect((await subscriptions().retrieve(id)).status).toBe('active');
    await advance(target(), clock, (renewal.next_payment_attempt ?? 0) + HOUR);
    expect(await target().stripe.invoices.retrieve(renewal.id)).toMatchObject({ status: 'paid', attempt_count: 1 });
  });

  it('unless the invoice is voided, which forgives it', async () => {
    const { id, renewal } = await lateSubscription();
    await target().stripe.invoices.voidInvoice(renewal.id);
    expect((await subscriptions().retrieve(id)).status).toBe('active');
  });

  it('unless the invoice is marked uncollectible', async () => {
    const { id, renewal } = await lateSubscription();
    await target().stripe.invoices.markUncollectible(renewal.id);
    expect((await subscriptions().retrieve(id)).status).toBe('active');
  });

  it('and a person may try in between without changing the plan', async () => {
    const { renewal } = await lateSubscription();
    await expect(target().stripe.invoices.pay(renewal.id)).rejects.toMatchObject({ statusCode: 402 });
    expect(await target().stripe.invoices.retrieve(renewal.id)).toMatchObject({
      status: 'open',
      next_payment_attempt: renewal.next_payment_attempt,
    });
  });

  it('unless the subscription is canceled, whose debt is left open', async () => {
    const { id, renewal } = await lateSubscription();
    await subscriptions().cancel(id);
    expect(await target().stripe.invoices.retrieve(renewal.id)).toMatchObject({
      status: 'open',
      auto_advance: false,
      next_payment_attempt: null,
    });
  });

  it('with the next period billed in its own time', async () => {
    const { id, clock, customer } = await lateSubscription();
    await usesCard(target(), customer, 'pm_card_visa');
    await advance(target(), clock, at('2027-06-01') + 2 * HOUR);
    expect((await subscriptions().retrieve(id)).status).toBe('active');
    expect((await invoicesOf(target(), id)).map(({ status }) => status)).toEqual(['paid', 'paid', 'paid']);
  });

  it('when a sent invoice is not paid, the subscription is past due from its day on', async () => {
    const { customer, clock } = await subscriber(target(), { from: APRIL_1, card: null });
    const { id } = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      collection_method: 'send_invoice',
      days_until_due: 5,
    });
    await advance(target(), clock, APRIL_1 + 4 * DAY);
    expect((await subscriptions().retrieve(id)).status).toBe('active');
    await advance(target(), clock, APRIL_1 + 6 * DAY);
    expect((await subscriptions().retrieve(id)).status).toBe('past_due');
  });
});
