import type Stripe from 'stripe';
import { contract, eventually } from '../support/stripe-contract';
import { advance, at, DAY, eventsAbout, HOUR, invoicesOf, JANUARY_31, periodOf, price, subscriber } from './subscriber';

contract('Subscriptions start with a trial', (target) => {
  const subscriptions = () => target().stripe.subscriptions;
  const trial = async (
    params: Omit<Stripe.SubscriptionCreateParams, 'customer'> = {},
    options: { card?: string | null; from?: number } = {},
  ): Promise<{ made: Stripe.Subscription; clock: string; customer: string }> => {
    const { customer, clock } = await subscriber(target(), options);
    const made = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      trial_period_days: 14,
      ...params,
    });
    return { made, clock, customer };
  };

  it('cost nothing while it lasts', async () => {
    const { made } = await trial();
    const end = JANUARY_31 + 14 * DAY;
    expect(made).toMatchObject({
      status: 'trialing',
      trial_start: JANUARY_31,
      trial_end: end,
      billing_cycle_anchor: end,
    });
    expect(periodOf(made)).toEqual({ start: JANUARY_31, end });
    const [invoice] = await invoicesOf(target(), made.id);
    expect(invoice).toMatchObject({ status: 'paid', amount_due: 0, amount_paid: 0 });
    expect(invoice?.lines.data[0]).toMatchObject({ amount: 0, description: 'Trial period for Gold' });
  });

  it('bill the first period when it is over', async () => {
    const { made, clock } = await trial();
    await advance(target(), clock, JANUARY_31 + 14 * DAY + 2 * HOUR);
    const active = await subscriptions().retrieve(made.id);
    expect(active.status).toBe('active');
    expect(periodOf(active)).toEqual({ start: at('2027-02-14'), end: at('2027-03-14') });
    expect(
      (await invoicesOf(target(), made.id)).map((invoice) => [invoice.billing_reason, invoice.amount_paid]),
    ).toEqual([
      ['subscription_create', 0],
      ['subscription_cycle', 1_000],
    ]);
  });

  it('leave a coupon for once to the first invoice that costs something', async () => {
    const { id: coupon } = await target().stripe.coupons.create({ percent_off: 40, duration: 'once' });
    const { made, clock } = await trial({ discounts: [{ coupon }] });
    await advance(target(), clock, JANUARY_31 + 14 * DAY + 2 * HOUR);
    await advance(target(), clock, at('2027-03-14') + 2 * HOUR);
    expect((await invoicesOf(target(), made.id)).map(({ amount_paid: paid }) => paid)).toEqual([0, 600, 1_000]);
  });

  it('tell three days before it is over', async () => {
    const { made, clock } = await trial();
    await advance(target(), clock, JANUARY_31 + 11 * DAY + HOUR);
    const events = await eventually(
      target(),
      () => eventsAbout(target(), made.id),
      (found) => found.some(({ type }) => type === 'customer.subscription.trial_will_end'),
    );
    expect(events.map(({ type }) => type)).toEqual([
      'customer.subscription.created',
      'customer.subscription.trial_will_end',
    ]);
  });

  it('tell at once when it is shorter than three days', async () => {
    const { made } = await trial({ trial_period_days: 2 });
    const events = await eventually(
      target(),
      () => eventsAbout(target(), made.id),
      ({ length }) => length === 2,
    );
    expect(events.map(({ type }) => type).sort()).toEqual([
      'customer.subscription.created',
      'customer.subscription.trial_will_end',
    ]);
  });

  it('can be ended early, which bills at once', async () => {
    const { made, clock } = await trial();
    await advance(target(), clock, JANUARY_31 + 3 * DAY);
    const active = await subscriptions().update(made.id, { trial_end: 'now' });
    expect(active).toMatchObject({ status: 'active', trial_end: JANUARY_31 + 3 * DAY });
    expect(periodOf(active)).toEqual({ start: at('2027-02-03'), end: at('2027-03-03') });
    expect((await invoicesOf(target(), made.id)).at(-1)).toMatchObject({ status: 'paid', amount_paid: 1_000 });
  });

  it('can be made longer', async () => {
    const { made, clock } = await trial();
    const end = JANUARY_31 + 30 * DAY;
    const longer = await subscriptions().update(made.id, { trial_end: end, proration_behavior: 'none' });
    expect(longer).toMatchObject({ status: 'trialing', trial_end: end });
    await advance(target(), clock, JANUARY_31 + 14 * DAY + 2 * HOUR);
    expect((await subscriptions().retrieve(made.id)).status).toBe('trialing');
    expect(await invoicesOf(target(), made.id)).toHaveLength(1);
  });

  it('ask for a method in advance when there is none', async () => {
    const { made } = await trial(
      { payment_behavior: 'default_incomplete', expand: ['pending_setup_intent'] },
      { card: null },
    );
    expect(made.status).toBe('trialing');
    expect(made.pending_setup_intent).toMatchObject({ object: 'setup_intent', status: 'requires_payment_method' });
  });

  it('keep the method that was set up', async () => {
    const { made } = await trial({ payment_behavior: 'default_incomplete' }, { card: null });
    const { payment_method: method } = await target().stripe.setupIntents.confirm(made.pending_setup_intent as string, {
      payment_method: 'pm_card_visa',
      return_url: 'https://example.com/back',
    });
    const kept = await eventually(
      target(),
      () => subscriptions().retrieve(made.id),
      (subscription) => subscription.pending_setup_intent === null,
    );
    expect(kept.default_payment_method).toBe(method);
  });

  it('pause, bill or cancel as asked when there is nothing to pay with at its end', async () => {
    const statuses: string[] = [];
    for (const behavior of ['pause', 'cancel', 'create_invoice'] as const) {
      const { made, clock } = await trial(
        { trial_settings: { end_behavior: { missing_payment_method: behavior } } },
        { card: null },
      );
      await advance(target(), clock, JANUARY_31 + 14 * DAY + 2 * HOUR);
      statuses.push((await subscriptions().retrieve(made.id)).status);
    }
    expect(statuses).toEqual(['paused', 'canceled', 'past_due']);
  });

  it('last whole days, also where clocks are changed', async () => {
    const from = Date.parse('2027-03-20T00:30:00Z') / 1000;
    const { made, clock } = await trial({ trial_period_days: 8 }, { from });
    expect(made.trial_end).toBe(Date.parse('2027-03-28T00:30:00Z') / 1000);
    await advance(target(), clock, from + 8 * DAY + 2 * HOUR);
    const active = await subscriptions().retrieve(made.id);
    expect(periodOf(active)).toEqual({
      start: Date.parse('2027-03-28T00:30:00Z') / 1000,
      end: Date.parse('2027-04-28T00:30:00Z') / 1000,
    });
  });
});
