import type Stripe from 'stripe';
import { draftOf, newCustomer, openOf } from './biller';
import { contract, eventually, refusal } from '../support/stripe-contract';

function isCurrencyOf({ object, previous_attributes: before }: Stripe.Event.Data, customer: string): boolean {
  return (object as Stripe.Customer).id === customer && before !== undefined && 'currency' in before;
}

contract("A customer's balance", (target) => {
  it('is changed by transactions that add up', async () => {
    const { stripe } = target();
    const { id } = await newCustomer(target());
    const credit = await stripe.customers.createBalanceTransaction(id, {
      amount: -500,
      currency: 'gbp',
      description: 'Sorry',
    });
    const debit = await stripe.customers.createBalanceTransaction(id, { amount: 200, currency: 'gbp' });

    expect(credit).toMatchObject({ amount: -500, ending_balance: -500, type: 'adjustment', description: 'Sorry' });
    expect(debit).toMatchObject({ amount: 200, ending_balance: -300 });
    expect(await stripe.customers.retrieve(id)).toMatchObject({ balance: -300, currency: 'gbp' });
    const { data } = await stripe.customers.listBalanceTransactions(id);
    expect(data.map((transaction) => transaction.id)).toEqual([debit.id, credit.id]);
  });

  it('has the currency of the first invoice, which is told', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    expect(customer.currency).toBeNull();
    await draftOf(target(), customer.id, [1_000]);

    expect((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).toMatchObject({ currency: 'gbp' });
    const told = await eventually(
      target(),
      async () => (await stripe.events.list({ type: 'customer.updated', limit: 20 })).data,
      (events) => events.some(({ data }) => isCurrencyOf(data, customer.id)),
    );
    expect(told.filter(({ data }) => isCurrencyOf(data, customer.id))).toHaveLength(1);
  });

  it('keeps its transactions, whose description alone changes', async () => {
    const { stripe } = target();
    const { id } = await newCustomer(target());
    const { id: transaction } = await stripe.customers.createBalanceTransaction(id, { amount: -500, currency: 'gbp' });
    await stripe.customers.updateBalanceTransaction(id, transaction, { description: 'Later', metadata: { a: 'b' } });

    expect(await stripe.customers.retrieveBalanceTransaction(id, transaction)).toMatchObject({
      amount: -500,
      description: 'Later',
      metadata: { a: 'b' },
    });
  });

  it('has one currency', async () => {
    const { stripe } = target();
    const { id } = await newCustomer(target());
    await stripe.customers.createBalanceTransaction(id, { amount: -500, currency: 'gbp' });

    expect(
      await refusal(stripe.customers.createBalanceTransaction(id, { amount: -500, currency: 'usd' })),
    ).toMatchObject({ statusCode: 400 });
  });

  it('pays for an invoice before the card does', async () => {
    const { stripe } = target();
    const { id } = await newCustomer(target());
    await stripe.customers.createBalanceTransaction(id, { amount: -1_000, currency: 'gbp' });
    const draft = await draftOf(target(), id, [3_000]);
    const paid = await stripe.invoices.pay(draft.id);

    expect(paid).toMatchObject({
      total: 3_000,
      starting_balance: -1_000,
      ending_balance: 0,
      amount_due: 2_000,
      amount_paid: 2_000,
    });
    expect(await stripe.customers.retrieve(id)).toMatchObject({ balance: 0 });
    const { data } = await stripe.customers.listBalanceTransactions(id, { limit: 1 });
    expect(data).toMatchObject([{ amount: 1_000, ending_balance: 0, type: 'applied_to_invoice', invoice: draft.id }]);
  });

  it('can pay for an invoice wholly, and keeps the rest', async () => {
    const { stripe } = target();
    const { id } = await newCustomer(target(), null);
    await stripe.customers.createBalanceTransaction(id, { amount: -1_000, currency: 'gbp' });

    expect(await openOf(target(), id, [400])).toMatchObject({
      status: 'paid',
      amount_due: 0,
      starting_balance: -1_000,
      ending_balance: -600,
    });
    expect(await stripe.customers.retrieve(id)).toMatchObject({ balance: -600 });
  });

  it('is owed with the next invoice when it is a debit', async () => {
    const { stripe } = target();
    const { id } = await newCustomer(target());
    await stripe.customers.createBalanceTransaction(id, { amount: 700, currency: 'gbp' });

    expect(await openOf(target(), id, [1_000])).toMatchObject({
      total: 1_000,
      starting_balance: 700,
      ending_balance: 0,
      amount_due: 1_700,
    });
  });

  it('grows by an invoice of less than nothing', async () => {
    const { stripe } = target();
    const { id } = await newCustomer(target(), null);

    expect(await openOf(target(), id, [1_000, -1_500])).toMatchObject({
      status: 'paid',
      total: -500,
      amount_due: 0,
      ending_balance: -500,
    });
    expect(await stripe.customers.retrieve(id)).toMatchObject({ balance: -500 });
  });

  it('takes over what is too little to be charged', async () => {
    const { stripe } = target();
    const { id } = await newCustomer(target());

    expect(await openOf(target(), id, [20])).toMatchObject({ status: 'paid', total: 20, amount_due: 0 });
    expect(await stripe.customers.retrieve(id)).toMatchObject({ balance: 20 });
    const { data } = await stripe.customers.listBalanceTransactions(id);
    expect(data).toMatchObject([{ amount: 20, type: 'invoice_too_small' }]);
  });

  it('gets back what a voided invoice had used', async () => {
    const { stripe } = target();
    const { id } = await newCustomer(target());
    await stripe.customers.createBalanceTransaction(id, { amount: -1_000, currency: 'gbp' });
    const open = await openOf(target(), id, [3_000]);
    await stripe.invoices.voidInvoice(open.id);

    expect(await stripe.customers.retrieve(id)).toMatchObject({ balance: -1_000 });
    const { data } = await stripe.customers.listBalanceTransactions(id, { limit: 1 });
    expect(data).toMatchObject([{ amount: -1_000, type: 'unapplied_from_invoice', invoice: open.id }]);
  });
});
