import { contract, eventually } from '../support/stripe-contract';
import { advance, at, DAY, eventsAbout, HOUR, invoicesOf, periodOf, price, subscriber } from './subscriber';

contract('Subscriptions renew by their clock', (target) => {
  it('bills the first period at once, and is active when that is paid', async () => {
    const { customer } = await subscriber(target());
    const made = await target().stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target(), 1_000), quantity: 2 }],
      expand: ['latest_invoice'],
    });
    expect(made).toMatchObject({ status: 'active', collection_method: 'charge_automatically', currency: 'gbp' });
    expect(made.latest_invoice).toMatchObject({
      status: 'paid',
      amount_paid: 2_000,
      billing_reason: 'subscription_create',
    });
    const [invoice] = await invoicesOf(target(), made.id);
    expect(invoice?.lines.data.map(({ amount, description }) => ({ amount, description }))).toEqual([
      { amount: 2_000, description: '2 × Gold (at £10.00 / month)' },
    ]);
  });

  it('turns January 31 into February 28, and then into March 31 again', async () => {
    const { customer, clock } = await subscriber(target());
    const { id } = await target().stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
    });
    const ends: number[] = [];
    for (const day of ['2027-02-28', '2027-03-31', '2027-04-30']) {
      ends.push(periodOf(await target().stripe.subscriptions.retrieve(id)).end);
      await advance(target(), clock, at(day) + 2 * HOUR);
    }
    expect(ends).toEqual([at('2027-02-28'), at('2027-03-31'), at('2027-04-30')]);
    const invoices = await invoicesOf(target(), id);
    expect(invoices.map(({ status, amount_paid, billing_reason }) => [status, amount_paid, billing_reason])).toEqual([
      ['paid', 1_000, 'subscription_create'],
      ['paid', 1_000, 'subscription_cycle'],
      ['paid', 1_000, 'subscription_cycle'],
      ['paid', 1_000, 'subscription_cycle'],
    ]);
  });

  it('leaves the invoice of a renewal a draft for an hour', async () => {
    const { customer, clock } = await subscriber(target());
    const { id } = await target().stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
    });
    await advance(target(), clock, at('2027-02-28') + HOUR - 1);
    expect((await invoicesOf(target(), id)).at(-1)).toMatchObject({ status: 'draft', created: at('2027-02-28') });
    await advance(target(), clock, at('2027-02-28') + HOUR + 60);
    expect((await invoicesOf(target(), id)).at(-1)).toMatchObject({ status: 'paid', amount_paid: 1_000 });
  });

  it('on the last day of February, and on the 29th where there is one', async () => {
    const { customer, clock } = await subscriber(target(), { from: at('2028-02-29') });
    const { id } = await target().stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target(), 9_000, { interval: 'year' }) }],
    });
    expect(periodOf(await target().stripe.subscriptions.retrieve(id)).end).toBe(at('2029-02-28'));
    for (const day of ['2029-02-28', '2030-02-28', '2031-02-28']) await advance(target(), clock, at(day) + 2 * HOUR);
    expect(periodOf(await target().stripe.subscriptions.retrieve(id))).toEqual({
      start: at('2031-02-28'),
      end: at('2032-02-29'),
    });
  });

  it.each([
    [{ interval: 'day', interval_count: 10 }, '2027-02-10', '£10.00 / every 10 days'],
    [{ interval: 'week' }, '2027-02-07', '£10.00 / week'],
    [{ interval: 'month', interval_count: 3 }, '2027-04-30', '£10.00 / every 3 months'],
    [{ interval: 'year' }, '2028-01-31', '£10.00 / year'],
  ] as const)('by the interval of their price: %p', async (recurring, end, rhythm) => {
    const { customer } = await subscriber(target());
    const made = await target().stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target(), 1_000, recurring) }],
    });
    expect(periodOf(made)).toEqual({ start: at('2027-01-31'), end: at(end) });
    const [invoice] = await invoicesOf(target(), made.id);
    expect(invoice?.lines.data[0]?.description).toBe(`1 × Gold (at ${rhythm})`);
  });

  it('on a fixed day, with a first period that costs its share', async () => {
    const { customer } = await subscriber(target(), { from: at('2027-04-11') });
    const made = await target().stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target(), 3_000) }],
      billing_cycle_anchor: at('2027-05-01'),
      expand: ['latest_invoice'],
    });
    expect(periodOf(made)).toEqual({ start: at('2027-04-11'), end: at('2027-05-01') });
    expect(made.latest_invoice).toMatchObject({ amount_paid: 2_000, status: 'paid' });
  });

  it('on the last day of every month when told to keep to the 31st', async () => {
    const { customer, clock } = await subscriber(target(), { from: at('2027-04-10') });
    const { id } = await target().stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target(), 3_000) }],
      billing_cycle_anchor_config: { day_of_month: 31, hour: 0, minute: 0, second: 0 },
      proration_behavior: 'none',
    });
    const ends = [periodOf(await target().stripe.subscriptions.retrieve(id)).end];
    for (const day of ['2027-04-30', '2027-05-31']) {
      await advance(target(), clock, at(day) + 2 * HOUR);
      ends.push(periodOf(await target().stripe.subscriptions.retrieve(id)).end);
    }
    expect(ends).toEqual([at('2027-04-30'), at('2027-05-31'), at('2027-06-30')]);
    expect((await invoicesOf(target(), id)).map(({ amount_paid: paid }) => paid)).toEqual([3_000, 3_000]);
  });

  it('at the price of the tiers that the quantity reaches', async () => {
    const { customer } = await subscriber(target());
    const tiered = await target().stripe.prices.create({
      currency: 'gbp',
      recurring: { interval: 'month' },
      product_data: { name: 'Seats' },
      billing_scheme: 'tiered',
      tiers_mode: 'graduated',
      tiers: [
        { up_to: 5, unit_amount: 1_000 },
        { up_to: 'inf', unit_amount: 500 },
      ],
    });
    const made = await target().stripe.subscriptions.create({
      customer,
      items: [{ price: tiered.id, quantity: 8 }],
      expand: ['latest_invoice'],
    });
    expect(made.latest_invoice).toMatchObject({ amount_paid: 6_500 });
  });

  it('and are told with the change of their period', async () => {
    const { customer, clock } = await subscriber(target());
    const { id } = await target().stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
    });
    await advance(target(), clock, at('2027-02-28') + 2 * HOUR);
    const events = await eventually(
      target(),
      () => eventsAbout(target(), id),
      ({ length }) => length === 2,
    );
    expect(events.map(({ type }) => type)).toEqual(['customer.subscription.created', 'customer.subscription.updated']);
    expect(events[1]?.data.previous_attributes).toMatchObject({
      items: { data: [{ current_period_start: at('2027-01-31'), current_period_end: at('2027-02-28') }] },
    });
  });

  it('with the tax and the coupon that they were given, and the coupon for once only', async () => {
    const { customer, clock } = await subscriber(target());
    const rate = await target().stripe.taxRates.create({ display_name: 'VAT', percentage: 20, inclusive: false });
    const { id: coupon } = await target().stripe.coupons.create({ amount_off: 400, currency: 'gbp', duration: 'once' });
    const { id } = await target().stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      default_tax_rates: [rate.id],
      discounts: [{ coupon }],
    });
    await advance(target(), clock, at('2027-02-28') + 2 * HOUR);
    expect((await invoicesOf(target(), id)).map(({ subtotal, total }) => [subtotal, total])).toEqual([
      [1_000, 720],
      [1_000, 1_200],
    ]);
  });

  it('also in the second in which the invoice before becomes overdue', async () => {
    const from = at('2027-02-01');
    const { customer, clock } = await subscriber(target(), { from });
    const { id } = await target().stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      collection_method: 'send_invoice',
      days_until_due: 28,
    });
    await advance(target(), clock, from + 29 * DAY);

    const renewed = await target().stripe.subscriptions.retrieve(id);
    expect(periodOf(renewed)).toEqual({ start: at('2027-03-01'), end: at('2027-04-01') });
    expect(await invoicesOf(target(), id)).toHaveLength(2);
  });
});
