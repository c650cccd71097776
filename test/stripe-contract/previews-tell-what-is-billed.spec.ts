import type Stripe from 'stripe';
import { contract, refusal } from '../support/stripe-contract';
import { advance, at, DAY, HOUR, invoicesOf, price, subscriber } from './subscriber';

const APRIL_1 = at('2027-04-01');

contract('Previews tell what is billed', (target) => {
  const invoices = () => target().stripe.invoices;
  const subscriptions = () => target().stripe.subscriptions;
  const shown = ({ lines, total, amount_due, subtotal }: Stripe.Invoice): object => ({
    total,
    amount_due,
    subtotal,
    lines: lines.data
      .map(({ amount, description, period }) => ({ amount, description, period }))
      .sort((a, b) => a.amount - b.amount),
  });

  const changes: [string, (item: string, other: string) => Stripe.SubscriptionUpdateParams][] = [
    ['more of it', (item) => ({ items: [{ id: item, quantity: 7 }], proration_behavior: 'always_invoice' })],
    [
      'a dearer price',
      (item, other) => ({ items: [{ id: item, price: other }], proration_behavior: 'always_invoice' }),
    ],
    [
      'another item',
      (_item, other) => ({ items: [{ price: other, quantity: 2 }], proration_behavior: 'always_invoice' }),
    ],
    ['a cycle from now on', () => ({ billing_cycle_anchor: { type: 'now' } })],
    [
      'a cycle from now on without prorations',
      () => ({ billing_cycle_anchor: { type: 'now' }, proration_behavior: 'none' }),
    ],
  ];

  it.each(changes)('of a change at once: %s', async (_name, change) => {
    const { clock, customer } = await subscriber(target(), { from: APRIL_1 });
    const made = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_337), quantity: 3 }],
    });
    await advance(target(), clock, APRIL_1 + 11 * DAY + 4_321);
    const params = change(made.items.data[0]?.id ?? '', await price(target(), 2_003, { interval: 'month' }, 'Other'));
    const preview = await invoices().createPreview({
      subscription: made.id,
      subscription_details: params,
    });
    expect(preview).toMatchObject({ object: 'invoice', customer, status: 'draft' });
    expect(await invoicesOf(target(), made.id)).toHaveLength(1);
    const changed = await subscriptions().update(made.id, { ...params, expand: ['latest_invoice'] });
    expect(shown(preview)).toEqual(shown(changed.latest_invoice as Stripe.Invoice));
  });

  it('of the next renewal, with what waits for it', async () => {
    const { clock, customer } = await subscriber(target(), { from: APRIL_1 });
    const made = await subscriptions().create({ customer, items: [{ price: await price(target(), 1_337) }] });
    await advance(target(), clock, APRIL_1 + 11 * DAY);
    const items = [{ id: made.items.data[0]?.id ?? '', quantity: 4 }];
    const before = await invoices().createPreview({ subscription: made.id, subscription_details: { items } });
    await subscriptions().update(made.id, { items });
    const after = await invoices().createPreview({ subscription: made.id });
    expect(shown(after)).toEqual(shown(before));
    await advance(target(), clock, at('2027-05-01') + 2 * HOUR);
    const renewal = (await invoicesOf(target(), made.id)).at(-1);
    expect(renewal?.billing_reason).toBe('subscription_cycle');
    expect(shown(renewal!)).toEqual(shown(after));
  });

  it('of a subscription that is not there yet', async () => {
    const { customer } = await subscriber(target(), { from: APRIL_1 });
    const items = [{ price: await price(target(), 1_337), quantity: 3 }];
    const preview = await invoices().createPreview({ customer, subscription_details: { items } });
    expect((await subscriptions().list({ customer, status: 'all' })).data).toEqual([]);
    const made = await subscriptions().create({ customer, items, expand: ['latest_invoice'] });
    expect(shown(preview)).toEqual(shown(made.latest_invoice as Stripe.Invoice));
  });

  it('with a coupon and something to be billed once', async () => {
    const { customer } = await subscriber(target(), { from: APRIL_1 });
    const made = await subscriptions().create({ customer, items: [{ price: await price(target(), 1_000) }] });
    const { id: coupon } = await target().stripe.coupons.create({ percent_off: 25, duration: 'once' });
    const preview = await invoices().createPreview({
      subscription: made.id,
      discounts: [{ coupon }],
      invoice_items: [{ amount: 600, currency: 'gbp', description: 'Delivery' }],
    });
    expect(preview).toMatchObject({ subtotal: 1_600, total: 1_200 });
    expect((await target().stripe.invoiceItems.list({ customer })).data).toEqual([]);
    expect(await target().stripe.coupons.retrieve(coupon)).toMatchObject({ times_redeemed: 0 });
  });

  it('of canceling now, with the rest given back', async () => {
    const { clock, customer } = await subscriber(target(), { from: APRIL_1 });
    const made = await subscriptions().create({ customer, items: [{ price: await price(target(), 3_000) }] });
    await advance(target(), clock, APRIL_1 + 15 * DAY);
    const preview = await invoices().createPreview({
      subscription: made.id,
      subscription_details: { cancel_now: true },
    });
    expect(preview.total).toBe(-1_500);
    const canceled = await subscriptions().cancel(made.id, {
      prorate: true,
      invoice_now: true,
      expand: ['latest_invoice'],
    });
    expect(canceled.status).toBe('canceled');
    expect(shown(canceled.latest_invoice as Stripe.Invoice)).toEqual(shown(preview));
  });

  it('unless nothing is to come', async () => {
    const { customer } = await subscriber(target(), { from: APRIL_1 });
    const error = await refusal(invoices().createPreview({ customer }));
    expect(error).toMatchObject({ statusCode: 404, code: 'invoice_upcoming_none' });
    const made = await subscriptions().create({ customer, items: [{ price: await price(target(), 3_000) }] });
    await subscriptions().cancel(made.id);
    const ended = await refusal(invoices().createPreview({ subscription: made.id }));
    expect(ended).toMatchObject({ statusCode: 404, code: 'invoice_upcoming_none' });
  });
});
