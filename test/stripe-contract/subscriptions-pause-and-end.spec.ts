import { contract, eventually, refusal } from '../support/stripe-contract';
import { advance, at, DAY, eventsAbout, HOUR, invoicesOf, periodOf, price, subscriber, usesCard } from './subscriber';

const APRIL_1 = at('2027-04-01');
const MAY_1 = at('2027-05-01');

contract('Subscriptions pause and end', (target) => {
  const subscriptions = () => target().stripe.subscriptions;
  const monthly = async (): Promise<{ id: string; clock: string; customer: string }> => {
    const { customer, clock } = await subscriber(target(), { from: APRIL_1 });
    const { id } = await subscriptions().create({ customer, items: [{ price: await price(target(), 3_000) }] });
    return { id, clock, customer };
  };

  it('at once, without giving anything back', async () => {
    const { id, clock, customer } = await monthly();
    await advance(target(), clock, APRIL_1 + 15 * DAY);
    const canceled = await subscriptions().cancel(id, {
      cancellation_details: { comment: 'bye', feedback: 'too_expensive' },
    });
    expect(canceled).toMatchObject({
      status: 'canceled',
      canceled_at: APRIL_1 + 15 * DAY,
      ended_at: APRIL_1 + 15 * DAY,
      cancellation_details: { comment: 'bye', feedback: 'too_expensive', reason: 'cancellation_requested' },
    });
    expect((await target().stripe.invoiceItems.list({ customer })).data).toEqual([]);
    await advance(target(), clock, MAY_1 + 2 * DAY);
    expect(await invoicesOf(target(), id)).toHaveLength(1);
  });

  it('with an event of its own', async () => {
    const { id } = await monthly();
    await subscriptions().cancel(id);
    const events = await eventually(
      target(),
      () => eventsAbout(target(), id),
      (found) => found.at(-1)?.type === 'customer.subscription.deleted',
    );
    expect(events.at(-1)?.data.object).toMatchObject({ status: 'canceled' });
  });

  it('only once, and can then be changed no more', async () => {
    const { id } = await monthly();
    await subscriptions().cancel(id);
    expect(await refusal(subscriptions().cancel(id))).toMatchObject({ statusCode: 404, code: 'resource_missing' });
    expect((await refusal(subscriptions().update(id, { cancel_at_period_end: true }))).statusCode).toBe(400);
    expect(await subscriptions().update(id, { metadata: { why: 'known' } })).toMatchObject({
      metadata: { why: 'known' },
    });
  });

  it('at the end of the period, unless that is taken back', async () => {
    const { id, clock } = await monthly();
    const ending = await subscriptions().update(id, { cancel_at_period_end: true });
    expect(ending).toMatchObject({
      status: 'active',
      cancel_at_period_end: true,
      cancel_at: MAY_1,
      canceled_at: APRIL_1,
    });
    const kept = await subscriptions().update(id, { cancel_at_period_end: false });
    expect(kept).toMatchObject({ cancel_at_period_end: false, cancel_at: null, canceled_at: null });
    await subscriptions().update(id, { cancel_at_period_end: true });
    await advance(target(), clock, MAY_1 + HOUR);
    expect(await subscriptions().retrieve(id)).toMatchObject({ status: 'canceled', ended_at: MAY_1 });
    expect(await invoicesOf(target(), id)).toHaveLength(1);
  });

  it('on the day that was named, with the rest of the period given back', async () => {
    const { id, clock, customer } = await monthly();
    const ending = await subscriptions().update(id, { cancel_at: APRIL_1 + 20 * DAY });
    expect(ending).toMatchObject({ cancel_at: APRIL_1 + 20 * DAY, cancel_at_period_end: false });
    expect(periodOf(ending)).toEqual({ start: APRIL_1, end: APRIL_1 + 20 * DAY });
    const { data } = await target().stripe.invoiceItems.list({ customer, pending: true });
    expect(data.map(({ amount }) => amount)).toEqual([-1_000]);
    await advance(target(), clock, APRIL_1 + 21 * DAY);
    expect(await subscriptions().retrieve(id)).toMatchObject({ status: 'canceled', ended_at: APRIL_1 + 20 * DAY });
  });

  it('with their customer', async () => {
    const { id, customer } = await monthly();
    await target().stripe.customers.del(customer);
    expect(await subscriptions().retrieve(id)).toMatchObject({ status: 'canceled' });
  });

  it('in collection only: invoices stay drafts, and are collected again from the day that was named', async () => {
    const { id, clock } = await monthly();
    const paused = await subscriptions().update(id, {
      pause_collection: { behavior: 'keep_as_draft', resumes_at: MAY_1 + 20 * DAY },
    });
    expect(paused).toMatchObject({
      status: 'active',
      pause_collection: { behavior: 'keep_as_draft', resumes_at: MAY_1 + 20 * DAY },
    });
    await advance(target(), clock, MAY_1 + 2 * DAY);
    expect((await invoicesOf(target(), id)).map(({ status }) => status)).toEqual(['paid', 'draft']);
    await advance(target(), clock, at('2027-06-01') + 2 * HOUR);
    expect((await subscriptions().retrieve(id)).pause_collection).toBeNull();
    expect((await invoicesOf(target(), id)).map(({ status }) => status)).toEqual(['paid', 'draft', 'paid']);
  });

  it('in collection only: what a change bills is held back too', async () => {
    const { id } = await monthly();
    await subscriptions().update(id, { pause_collection: { behavior: 'keep_as_draft' } });
    const { items } = await subscriptions().retrieve(id);
    const changed = await subscriptions().update(id, {
      items: [{ id: items.data[0]?.id ?? '', quantity: 2 }],
      proration_behavior: 'always_invoice',
      expand: ['latest_invoice'],
    });
    expect(changed).toMatchObject({ status: 'active', latest_invoice: { status: 'draft', amount_due: 3_000 } });
  });

  it('in collection only: invoices are voided or written off', async () => {
    const ends: unknown[] = [];
    for (const behavior of ['void', 'mark_uncollectible'] as const) {
      const { id, clock } = await monthly();
      await subscriptions().update(id, { pause_collection: { behavior } });
      await advance(target(), clock, MAY_1 + 2 * HOUR);
      const held = (await invoicesOf(target(), id)).at(-1);
      ends.push([held?.status, held?.status_details?.uncollectible?.reason]);
      const resumed = await subscriptions().update(id, { pause_collection: '' });
      expect(resumed).toMatchObject({ status: 'active', pause_collection: null });
    }
    expect(ends).toEqual([
      ['void', undefined],
      ['uncollectible', 'subscription_paused'],
    ]);
  });

  it('for want of a card after a trial, and resume with the first payment', async () => {
    const { customer, clock } = await subscriber(target(), { from: APRIL_1, card: null });
    const { id } = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 3_000) }],
      trial_period_days: 7,
      trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
    });
    await advance(target(), clock, APRIL_1 + 10 * DAY);
    expect((await subscriptions().retrieve(id)).status).toBe('paused');
    expect(await invoicesOf(target(), id)).toHaveLength(1);
    await usesCard(target(), customer, 'pm_card_visa');
    const resumed = await subscriptions().resume(id, { billing_cycle_anchor: { type: 'now' } });
    expect(resumed.status).toBe('active');
    expect(periodOf(resumed)).toEqual({ start: APRIL_1 + 10 * DAY, end: at('2027-05-11') });
    expect((await invoicesOf(target(), id)).at(-1)).toMatchObject({ status: 'paid', amount_paid: 3_000 });
    const events = await eventually(
      target(),
      () => eventsAbout(target(), id),
      (found) => found.some(({ type }) => type === 'customer.subscription.resumed'),
    );
    expect(events.map(({ type }) => type).slice(-3)).toEqual([
      'customer.subscription.paused',
      'customer.subscription.updated',
      'customer.subscription.resumed',
    ]);
  });

  it('and stay paused when what resuming costs is not paid within a day', async () => {
    const { id, clock, customer } = await monthly();
    await subscriptions().pause(id);
    await usesCard(target(), customer, 'pm_card_chargeCustomerFail');
    expect((await subscriptions().resume(id, { billing_cycle_anchor: { type: 'now' } })).status).toBe('paused');
    expect((await invoicesOf(target(), id)).at(-1)).toMatchObject({ status: 'open', amount_remaining: 3_000 });
    await subscriptions().update(id, { metadata: { asked: 'twice' } });
    await advance(target(), clock, APRIL_1 + 25 * HOUR);
    expect((await subscriptions().retrieve(id)).status).toBe('paused');
    expect((await invoicesOf(target(), id)).at(-1)).toMatchObject({ status: 'void' });
  });

  it('and stay paused when a change of them is billed and paid', async () => {
    const { id } = await monthly();
    const { items } = await subscriptions().pause(id);
    const changed = await subscriptions().update(id, {
      items: [{ id: items.data[0]?.id ?? '', quantity: 2 }],
      proration_behavior: 'always_invoice',
    });
    expect(changed.status).toBe('paused');
  });

  it('and only paused ones can be resumed', async () => {
    const { id } = await monthly();
    expect((await refusal(subscriptions().resume(id))).statusCode).toBe(400);
  });

  it('and are listed by customer, price and status', async () => {
    const { id, customer } = await monthly();
    const second = await subscriptions().create({ customer, items: [{ price: await price(target(), 500) }] });
    await subscriptions().cancel(id);
    const ids = async (params: Parameters<ReturnType<typeof subscriptions>['list']>[0]): Promise<string[]> =>
      (await subscriptions().list({ customer, ...params })).data.map((subscription) => subscription.id);
    expect(await ids({})).toEqual([second.id]);
    expect(await ids({ status: 'all' })).toEqual([second.id, id]);
    expect(await ids({ status: 'canceled' })).toEqual([id]);
    expect(await ids({ status: 'ended' })).toEqual([id]);
    expect(await ids({ price: second.items.data[0]?.price.id ?? '' })).toEqual([second.id]);
    expect(await ids({ collection_method: 'send_invoice' })).toEqual([]);
    expect(await ids({ current_period_end: { lt: APRIL_1 } })).toEqual([]);
  });

  it('and lose their discount when it is deleted', async () => {
    const { customer } = await subscriber(target(), { from: APRIL_1 });
    const { id: coupon } = await target().stripe.coupons.create({ percent_off: 10, duration: 'forever' });
    const made = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      discounts: [{ coupon }],
    });
    expect(made.discounts).toHaveLength(1);
    expect(await subscriptions().deleteDiscount(made.id)).toMatchObject({ object: 'discount', deleted: true });
    expect((await subscriptions().retrieve(made.id)).discounts).toEqual([]);
  });

  it('when a person asks for it, and bill nothing until they are resumed', async () => {
    const { id, clock } = await monthly();
    const paused = await subscriptions().pause(id);
    expect(paused).toMatchObject({
      status: 'paused',
      status_details: { paused: { subscription: { type: 'pause_requested' }, transitioned_at: APRIL_1 } },
    });
    await advance(target(), clock, MAY_1 + 2 * DAY);
    expect(await invoicesOf(target(), id)).toHaveLength(1);
    const resumed = await subscriptions().resume(id, { billing_cycle_anchor: { type: 'now' } });
    expect(resumed.status).toBe('active');
    expect(periodOf(resumed).start).toBe(MAY_1 + 2 * DAY);
    expect((await invoicesOf(target(), id)).at(-1)).toMatchObject({ status: 'paid', amount_paid: 3_000 });
  });

  it('and are found by their metadata', async () => {
    const { customer } = await subscriber(target(), { from: APRIL_1 });
    const made = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      metadata: { ticket: customer },
    });
    const { data } = await eventually(
      target(),
      () => subscriptions().search({ query: `metadata['ticket']:'${customer}'` }),
      (found) => found.data.length > 0,
    );
    expect(data.map(({ id }) => id)).toEqual([made.id]);
  });

  it('and can change to the flexible billing mode, but not back', async () => {
    const { customer } = await subscriber(target(), { from: APRIL_1 });
    const made = await subscriptions().create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
      billing_mode: { type: 'classic' },
    });
    const migrated = await subscriptions().migrate(made.id, { billing_mode: { type: 'flexible' } });
    expect(migrated.billing_mode).toMatchObject({ type: 'flexible', updated_at: APRIL_1 });
    expect((await refusal(subscriptions().migrate(made.id, { billing_mode: { type: 'flexible' } }))).statusCode).toBe(
      400,
    );
  });

  it('and are shown with their customer to who asks for them', async () => {
    const { id, customer } = await monthly();
    const shown = await target().stripe.customers.retrieve(customer, { expand: ['subscriptions'] });
    expect(shown).toMatchObject({
      subscriptions: { object: 'list', data: [{ id, status: 'active' }], has_more: false },
    });
  });

  it('and are missing when they were never made', async () => {
    expect(await refusal(subscriptions().retrieve('sub_missing'))).toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });
});
