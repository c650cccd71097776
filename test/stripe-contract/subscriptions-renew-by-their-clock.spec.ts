import { contract } from './contract';
import { advance, at, HOUR, invoicesOf, periodOf, price, subscriber } from './subscriber';

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
});
