import { newCustomer } from './biller';
import { contract, refusal } from '../support/stripe-contract';
import { at, DAY, price, subscriber } from './subscriber';

const FROM = at('2027-04-01');

contract('Billing keeps within bounds', (target) => {
  const subscriptions = (): ReturnType<typeof target>['stripe']['subscriptions'] => target().stripe.subscriptions;

  it('bills a customer in one currency at a time', async () => {
    const { stripe } = target();
    const { customer } = await subscriber(target(), { from: FROM });
    const euros = await stripe.prices.create({
      currency: 'eur',
      unit_amount: 1_000,
      recurring: { interval: 'month' },
      product_data: { name: 'Euros' },
    });
    const made = await subscriptions().create({ customer, items: [{ price: await price(target(), 1_000) }] });

    const second = await refusal(subscriptions().create({ customer, items: [{ price: euros.id }] }));
    expect(second).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
    expect(second.message).toContain('You cannot combine currencies on a single customer.');
    const items = [{ id: made.items.data[0]?.id ?? '', price: euros.id }];
    expect((await refusal(subscriptions().update(made.id, { items }))).statusCode).toBe(400);
    expect((await subscriptions().retrieve(made.id)).items.data[0]?.price.currency).toBe('gbp');

    await subscriptions().cancel(made.id);
  });

  it.each([
    { day_of_month: 32 },
    { day_of_month: 1, month: 13 },
    { day_of_month: 1, hour: 24 },
    { day_of_month: 1, minute: 60 },
  ])('has no anchor outside of the calendar: %j', async (config) => {
    const { customer } = await subscriber(target(), { from: FROM });
    const error = await refusal(
      subscriptions().create({
        customer,
        items: [{ price: await price(target(), 1_000, { interval: 'year' }) }],
        billing_cycle_anchor_config: config,
      }),
    );
    expect(error.statusCode).toBe(400);
  });

  it('has a day of the month for months and years only', async () => {
    const { customer } = await subscriber(target(), { from: FROM });
    const error = await refusal(
      subscriptions().create({
        customer,
        items: [{ price: await price(target(), 1_000, { interval: 'week' }) }],
        billing_cycle_anchor_config: { day_of_month: 1 },
      }),
    );
    expect(error).toMatchObject({ statusCode: 400 });
  });

  it('has trials of two years and intervals of three at most', async () => {
    const { customer } = await subscriber(target(), { from: FROM });
    const items = [{ price: await price(target(), 1_000) }];
    for (const trial of [{ trial_period_days: 731 }, { trial_end: FROM + 732 * DAY }]) {
      expect((await refusal(subscriptions().create({ customer, items, ...trial }))).statusCode).toBe(400);
    }
    for (const [interval, count] of [
      ['day', 1_096],
      ['week', 157],
      ['month', 37],
      ['year', 4],
    ] as const) {
      expect((await refusal(price(target(), 1_000, { interval, interval_count: count }))).statusCode).toBe(400);
    }
  });

  it('takes neither methods nor discounts of other customers', async () => {
    const { stripe } = target();
    const { customer } = await subscriber(target(), { from: FROM });
    const { customer: other, paymentMethod } = await subscriber(target(), { from: FROM });
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
    const items = [{ price: await price(target(), 1_000) }];
    const theirs = await subscriptions().create({ customer: other, items, discounts: [{ coupon: coupon.id }] });
    const discount = theirs.discounts[0] as string;

    expect((await refusal(subscriptions().create({ customer, items, discounts: [{ discount }] }))).statusCode).toBe(
      400,
    );
    expect(
      await refusal(stripe.invoices.create({ customer, default_payment_method: paymentMethod ?? '' })),
    ).toMatchObject({ statusCode: 400, param: 'default_payment_method' });
  });

  it('shows a code that was redeemed often enough as inactive, and gives its word away again', async () => {
    const { stripe } = target();
    const { id: customer } = await newCustomer(target());
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
    const promotion = { type: 'coupon', coupon: coupon.id } as const;
    const code = await stripe.promotionCodes.create({ promotion, max_redemptions: 1 });
    await stripe.invoices.create({ customer, discounts: [{ promotion_code: code.id }] });

    expect(await stripe.promotionCodes.retrieve(code.id)).toMatchObject({ active: false, times_redeemed: 1 });
    expect((await stripe.promotionCodes.list({ coupon: coupon.id, active: true })).data).toEqual([]);
    expect(await refusal(stripe.invoices.create({ customer, discounts: [{ promotion_code: code.id }] }))).toMatchObject(
      { statusCode: 400 },
    );
    expect(await stripe.promotionCodes.create({ promotion, code: code.code })).toMatchObject({ active: true });
  });

  it('bills no line of more than twelve digits', async () => {
    const { stripe } = target();
    const { customer } = await subscriber(target(), { from: FROM });
    const amount = 1_000_000_000_000;
    expect(await refusal(stripe.invoiceItems.create({ customer, amount, currency: 'gbp' }))).toMatchObject({
      statusCode: 400,
    });
    const items = [{ price: await price(target(), 1_000), quantity: 1_000_000_000 }];
    expect(await refusal(subscriptions().create({ customer, items }))).toMatchObject({ statusCode: 400 });
  });
});
