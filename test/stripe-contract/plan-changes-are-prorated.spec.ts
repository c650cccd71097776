import type Stripe from 'stripe';
import { contract, refusal } from '../support/stripe-contract';
import { advance, at, DAY, HOUR, invoicesOf, periodOf, price, subscriber } from './subscriber';

/** April has thirty days, so that days are even shares. */
const APRIL_1 = at('2027-04-01');

contract('Plan changes are prorated', (target) => {
  const subscriptions = () => target().stripe.subscriptions;

  const onPlan = async (
    amount: number,
    params: Partial<Stripe.SubscriptionCreateParams> = {},
  ): Promise<{ made: Stripe.Subscription; item: string; clock: string; customer: string }> => {
    const { customer, clock } = await subscriber(target(), { from: APRIL_1 });
    const made = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), amount, { interval: 'month' }, 'Basic') }],
      ...params,
    });
    return { made, item: made.items.data[0]?.id ?? '', clock, customer };
  };
  const lines = ({ lines: { data } }: Stripe.Invoice): { amount: number; description: string | null }[] =>
    data.map(({ amount, description }) => ({ amount, description }));
  const pending = async (customer: string): Promise<Stripe.InvoiceItem[]> => {
    const { data } = await target().stripe.invoiceItems.list({ customer, pending: true });
    return data.sort((a, b) => a.amount - b.amount);
  };

  it('by the second, as a credit and a charge that wait for the next invoice', async () => {
    const { made, item, clock, customer } = await onPlan(3_000);
    await advance(target(), clock, APRIL_1 + 15 * DAY);
    const better = await price(target(), 6_000, { interval: 'month' }, 'Pro');
    const changed = await subscriptions().update(made.id, { items: [{ id: item, price: better }] });
    expect(changed.items.data[0]).toMatchObject({ id: item, price: { id: better } });
    expect(periodOf(changed)).toEqual({ start: APRIL_1, end: at('2027-05-01') });
    const [credit, charge] = await pending(customer);
    expect(credit).toMatchObject({
      amount: -1_500,
      description: 'Unused time on Basic after 16 Apr 2027',
      proration: true,
      discountable: false,
      period: { start: APRIL_1 + 15 * DAY, end: at('2027-05-01') },
    });
    expect(charge).toMatchObject({
      amount: 3_000,
      description: 'Remaining time on Pro after 16 Apr 2027',
      proration: true,
    });
    await advance(target(), clock, at('2027-05-01') + 2 * HOUR);
    const renewal = (await invoicesOf(target(), made.id)).at(-1);
    expect(renewal).toMatchObject({ status: 'paid', amount_paid: 7_500, billing_reason: 'subscription_cycle' });
  });

  it('and invoiced at once when that is asked for', async () => {
    const { made, item, clock } = await onPlan(3_000);
    await advance(target(), clock, APRIL_1 + 15 * DAY);
    const changed = await subscriptions().update(made.id, {
      items: [{ id: item, quantity: 3 }],
      proration_behavior: 'always_invoice',
      expand: ['latest_invoice'],
    });
    const invoice = changed.latest_invoice as Stripe.Invoice;
    expect(invoice).toMatchObject({ billing_reason: 'subscription_update', status: 'paid', amount_paid: 3_000 });
    expect(lines(invoice).sort((a, b) => a.amount - b.amount)).toEqual([
      { amount: -1_500, description: 'Unused time on Basic after 16 Apr 2027' },
      { amount: 4_500, description: 'Remaining time on 3 × Basic after 16 Apr 2027' },
    ]);
  });

  it('not at all when that is asked for', async () => {
    const { made, item, clock, customer } = await onPlan(3_000);
    await advance(target(), clock, APRIL_1 + 15 * DAY);
    await subscriptions().update(made.id, { items: [{ id: item, quantity: 2 }], proration_behavior: 'none' });
    expect(await pending(customer)).toEqual([]);
    await advance(target(), clock, at('2027-05-01') + 2 * HOUR);
    expect((await invoicesOf(target(), made.id)).at(-1)).toMatchObject({ amount_paid: 6_000 });
  });

  it('as of the time that was named', async () => {
    const { made, item, clock, customer } = await onPlan(3_000);
    await advance(target(), clock, APRIL_1 + 15 * DAY + 7);
    await subscriptions().update(made.id, {
      items: [{ id: item, quantity: 2 }],
      proration_date: APRIL_1 + 10 * DAY,
    });
    expect((await pending(customer)).map(({ amount }) => amount)).toEqual([-2_000, 4_000]);
    const error = await refusal(
      subscriptions().update(made.id, { items: [{ id: item, quantity: 1 }], proration_date: APRIL_1 - DAY }),
    );
    expect(error).toMatchObject({ statusCode: 400, param: 'proration_date' });
  });

  it('with credit that pays for the next invoices', async () => {
    const { made, item, clock, customer } = await onPlan(6_000);
    await advance(target(), clock, APRIL_1 + 3 * DAY);
    const lesser = await price(target(), 1_000, { interval: 'month' }, 'Mini');
    const changed = await subscriptions().update(made.id, {
      items: [{ id: item, price: lesser }],
      proration_behavior: 'always_invoice',
      expand: ['latest_invoice'],
    });
    expect(changed.latest_invoice).toMatchObject({ total: -4_500, amount_due: 0, status: 'paid' });
    expect(await target().stripe.customers.retrieve(customer)).toMatchObject({ balance: -4_500 });
    await advance(target(), clock, at('2027-05-01') + 2 * HOUR);
    expect((await invoicesOf(target(), made.id)).at(-1)).toMatchObject({ total: 1_000, amount_due: 0, status: 'paid' });
    expect(await target().stripe.customers.retrieve(customer)).toMatchObject({ balance: -3_500 });
  });

  it('to nothing in the last second of a period', async () => {
    const { made, item, clock } = await onPlan(3_000);
    await advance(target(), clock, at('2027-05-01') - 1);
    await subscriptions().update(made.id, { items: [{ id: item, quantity: 2 }] });
    await advance(target(), clock, at('2027-05-01') + 2 * HOUR);
    const renewal = (await invoicesOf(target(), made.id)).at(-1);
    expect(renewal).toMatchObject({ amount_paid: 6_000, total: 6_000 });
    expect(periodOf(await subscriptions().retrieve(made.id))).toEqual({
      start: at('2027-05-01'),
      end: at('2027-06-01'),
    });
  });

  it('from the other interval on at once', async () => {
    const { made, item, clock } = await onPlan(3_000);
    await advance(target(), clock, APRIL_1 + 15 * DAY);
    const yearly = await price(target(), 30_000, { interval: 'year' }, 'Yearly');
    const changed = await subscriptions().update(made.id, {
      items: [{ id: item, price: yearly }],
      expand: ['latest_invoice'],
    });
    expect(periodOf(changed)).toEqual({ start: at('2027-04-16'), end: at('2028-04-16') });
    expect(changed.billing_cycle_anchor).toBe(at('2027-04-16'));
    expect(changed.latest_invoice).toMatchObject({
      billing_reason: 'subscription_update',
      amount_paid: 28_500,
      status: 'paid',
    });
  });

  it('from now on when the billing cycle is started anew', async () => {
    const { made, clock } = await onPlan(3_000);
    await advance(target(), clock, APRIL_1 + 10 * DAY);
    const changed = await subscriptions().update(made.id, {
      billing_cycle_anchor: { type: 'now' },
      expand: ['latest_invoice'],
    });
    expect(periodOf(changed)).toEqual({ start: at('2027-04-11'), end: at('2027-05-11') });
    expect(changed.latest_invoice).toMatchObject({ amount_paid: 1_000, status: 'paid' });
  });

  it('for items that are added and taken away', async () => {
    const { made, item, clock, customer } = await onPlan(3_000);
    await advance(target(), clock, APRIL_1 + 15 * DAY);
    const extra = await price(target(), 1_000, { interval: 'month' }, 'Extra');
    const added = await target().stripe.subscriptionItems.create({
      subscription: made.id,
      price: extra,
      quantity: 2,
    });
    expect(added).toMatchObject({ object: 'subscription_item', subscription: made.id, quantity: 2 });
    expect((await pending(customer)).map(({ amount }) => amount)).toEqual([1_000]);
    expect(await target().stripe.subscriptionItems.del(item)).toMatchObject({ id: item, deleted: true });
    expect((await pending(customer)).map(({ amount }) => amount)).toEqual([-1_500, 1_000]);
    const { data } = await target().stripe.subscriptionItems.list({ subscription: made.id });
    expect(data.map(({ id }) => id)).toEqual([added.id]);
    const last = await refusal(target().stripe.subscriptionItems.del(added.id));
    expect(last.statusCode).toBe(400);
  });

  it('without what was not asked for in a trial', async () => {
    const { made, item, customer } = await onPlan(3_000, { trial_period_days: 10 });
    await subscriptions().update(made.id, { items: [{ id: item, quantity: 5 }] });
    expect(await pending(customer)).toEqual([]);
  });

  it('by what was paid with a discount', async () => {
    const { id: coupon } = await target().stripe.coupons.create({ percent_off: 50, duration: 'forever' });
    const { made, item, clock } = await onPlan(3_000, { discounts: [{ coupon }] });
    expect((await invoicesOf(target(), made.id))[0]).toMatchObject({ amount_paid: 1_500 });
    await advance(target(), clock, APRIL_1 + 15 * DAY);
    const changed = await subscriptions().update(made.id, {
      items: [{ id: item, quantity: 2 }],
      proration_behavior: 'always_invoice',
      expand: ['latest_invoice'],
    });
    expect(changed.latest_invoice).toMatchObject({ amount_paid: 750 });
  });

  it('in the flexible way by what was really paid, in the classic way by the present price', async () => {
    const credits: number[] = [];
    for (const type of ['flexible', 'classic'] as const) {
      const { made, item, clock, customer } = await onPlan(3_000, { billing_mode: { type } });
      expect(made.billing_mode.type).toBe(type);
      await subscriptions().update(made.id, { items: [{ id: item, quantity: 2 }], proration_behavior: 'none' });
      await advance(target(), clock, APRIL_1 + 15 * DAY);
      await subscriptions().update(made.id, { items: [{ id: item, quantity: 1 }] });
      credits.push((await pending(customer))[0]?.amount ?? 0);
    }
    expect(credits).toEqual([-1_500, -3_000]);
  });
});
