import { contract, eventually, refusal } from '../support/stripe-contract';
import { advance, at, DAY, JANUARY_31, price, subscriber } from './subscriber';

contract('Test clocks move time', (target) => {
  const clocks = () => target().stripe.testHelpers.testClocks;

  it('stand still until they are advanced', async () => {
    const made = await clocks().create({ frozen_time: JANUARY_31, name: 'winter' });
    expect(made).toMatchObject({
      object: 'test_helpers.test_clock',
      frozen_time: JANUARY_31,
      livemode: false,
      name: 'winter',
      status: 'ready',
    });
    expect(made.deletes_after - made.created).toBe(30 * DAY);
    expect(await clocks().retrieve(made.id)).toMatchObject({ id: made.id, frozen_time: JANUARY_31 });
  });

  it('say that they are advancing, and then that they are ready', async () => {
    const { id } = await clocks().create({ frozen_time: JANUARY_31 });
    const advancing = await clocks().advance(id, { frozen_time: at('2027-02-10') });
    expect(advancing).toMatchObject({
      status: 'advancing',
      status_details: { advancing: { target_frozen_time: at('2027-02-10') } },
    });
    const ready = await eventually(
      target(),
      () => clocks().retrieve(id),
      ({ status }) => status === 'ready',
    );
    expect(ready).toMatchObject({ frozen_time: at('2027-02-10') });
    const events = await eventually(
      target(),
      async () => {
        const { data } = await target().stripe.events.list({
          types: [
            'test_helpers.test_clock.created',
            'test_helpers.test_clock.advancing',
            'test_helpers.test_clock.ready',
          ],
          limit: 100,
        });
        return data.filter((event) => (event.data.object as { id?: string }).id === id).reverse();
      },
      ({ length }) => length === 3,
    );
    expect(events.map(({ type }) => type)).toEqual([
      'test_helpers.test_clock.created',
      'test_helpers.test_clock.advancing',
      'test_helpers.test_clock.ready',
    ]);
  });

  it('never go back', async () => {
    const { id } = await clocks().create({ frozen_time: JANUARY_31 });
    const error = await refusal(clocks().advance(id, { frozen_time: JANUARY_31 - 1 }));
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
  });

  it('go no further than two intervals of their shortest subscription at a time', async () => {
    const { clock, customer } = await subscriber(target());
    const year = await price(target(), 9_000, { interval: 'year' });
    const week = await price(target(), 300, { interval: 'week' });
    await target().stripe.subscriptions.create({ customer, items: [{ price: year }] });
    await target().stripe.subscriptions.create({ customer, items: [{ price: week }] });
    const error = await refusal(clocks().advance(clock, { frozen_time: JANUARY_31 + 15 * DAY }));
    expect(error.statusCode).toBe(400);
    await advance(target(), clock, JANUARY_31 + 14 * DAY);
    expect(await clocks().retrieve(clock)).toMatchObject({ frozen_time: JANUARY_31 + 14 * DAY, status: 'ready' });
  });

  it('go no further than two years without subscriptions', async () => {
    const { id } = await clocks().create({ frozen_time: JANUARY_31 });
    expect((await refusal(clocks().advance(id, { frozen_time: at('2029-02-01') }))).statusCode).toBe(400);
    await advance(target(), id, at('2029-01-31'));
  });

  it('have at most three customers, who are listed by their clock only', async () => {
    const { id } = await clocks().create({ frozen_time: JANUARY_31 });
    for (let number = 0; number < 3; number += 1) await target().stripe.customers.create({ test_clock: id });
    expect((await refusal(target().stripe.customers.create({ test_clock: id }))).statusCode).toBe(400);
    const { data } = await target().stripe.customers.list({ test_clock: id });
    expect(data.map((customer) => customer.test_clock)).toEqual([id, id, id]);
  });

  it('have at most three subscriptions for each customer', async () => {
    const { customer } = await subscriber(target());
    const subscribe = async () =>
      target().stripe.subscriptions.create({ customer, items: [{ price: await price(target(), 1_000) }] });
    for (let number = 0; number < 3; number += 1) await subscribe();
    expect((await refusal(subscribe())).statusCode).toBe(400);
  });

  it('take their customers and subscriptions with them when they are deleted', async () => {
    const { clock, customer } = await subscriber(target());
    const { id } = await target().stripe.subscriptions.create({
      customer,
      items: [{ price: await price(target(), 1_000) }],
    });
    expect(await clocks().del(clock)).toEqual(
      expect.objectContaining({ id: clock, object: 'test_helpers.test_clock', deleted: true }),
    );
    expect((await refusal(clocks().retrieve(clock))).statusCode).toBe(404);
    const gone = await eventually(
      target(),
      () => target().stripe.customers.retrieve(customer),
      ({ deleted }) => deleted === true,
    );
    expect(gone).toMatchObject({ id: customer, deleted: true });
    expect(await target().stripe.subscriptions.retrieve(id)).toMatchObject({ status: 'canceled' });
  });

  it('are missing when they were never made', async () => {
    const error = await refusal(clocks().retrieve('clock_missing'));
    expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  });
});
