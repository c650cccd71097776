import type Stripe from 'stripe';
import { draftOf, intentOf, newCustomer, openOf } from './biller';
import { contract, refusal, type Target } from '../support/stripe-contract';

async function paidOf(target: Target, customer: string, amounts: readonly number[]): Promise<Stripe.Invoice> {
  const draft = await draftOf(target, customer, amounts);
  return target.stripe.invoices.pay(draft.id);
}

contract('A credit note', (target) => {
  it('takes from an open invoice what is still owed', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [1_000]);

    const note = await stripe.creditNotes.create({ invoice: open.id, amount: 400, reason: 'order_change' });

    expect(note).toMatchObject({
      amount: 400,
      total: 400,
      currency: 'gbp',
      customer: customer.id,
      invoice: open.id,
      number: `${open.number ?? ''}-CN-01`,
      pre_payment_amount: 400,
      post_payment_amount: 0,
      reason: 'order_change',
      refunds: [],
      status: 'issued',
      type: 'pre_payment',
      voided_at: null,
    });
    expect(await stripe.invoices.retrieve(open.id)).toMatchObject({
      status: 'open',
      total: 1_000,
      amount_due: 600,
      amount_remaining: 600,
      pre_payment_credit_notes_amount: 400,
      post_payment_credit_notes_amount: 0,
    });
    expect(await intentOf(target(), open.id)).toMatchObject({ amount: 600 });
    expect(await stripe.invoices.pay(open.id)).toMatchObject({ status: 'paid', amount_paid: 600 });
  });

  it('settles an open invoice that it gives back wholly', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [1_000]);
    await stripe.creditNotes.create({ invoice: open.id, amount: 1_000 });

    expect(await stripe.invoices.retrieve(open.id)).toMatchObject({
      status: 'paid',
      amount_due: 0,
      amount_paid: 0,
      amount_remaining: 0,
    });
  });

  it('refunds what was paid', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const paid = await paidOf(target(), customer.id, [2_000]);

    const note = await stripe.creditNotes.create({ invoice: paid.id, amount: 500, refund_amount: 500 });

    expect(note).toMatchObject({ type: 'post_payment', pre_payment_amount: 0, post_payment_amount: 500 });
    expect(note.refunds).toMatchObject([{ amount_refunded: 500, type: 'refund' }]);
    const refund = note.refunds[0]?.refund;
    expect(await stripe.refunds.retrieve(typeof refund === 'string' ? refund : '')).toMatchObject({ amount: 500 });
    expect(await stripe.invoices.retrieve(paid.id)).toMatchObject({
      status: 'paid',
      amount_due: 2_000,
      amount_paid: 2_000,
      post_payment_credit_notes_amount: 500,
    });
  });

  it("credits the customer's balance, which the next invoice uses", async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const paid = await paidOf(target(), customer.id, [2_000]);

    const note = await stripe.creditNotes.create({ invoice: paid.id, amount: 700, credit_amount: 700 });
    const booked = await stripe.customers.retrieveBalanceTransaction(
      customer.id,
      typeof note.customer_balance_transaction === 'string' ? note.customer_balance_transaction : '',
    );
    expect(booked).toMatchObject({ amount: -700, ending_balance: -700, type: 'credit_note', credit_note: note.id });

    const next = await openOf(target(), customer.id, [1_000]);
    expect(next).toMatchObject({ total: 1_000, starting_balance: -700, ending_balance: 0, amount_due: 300 });
  });

  it('gives back in several ways at once, which must come to what was paid', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const paid = await paidOf(target(), customer.id, [2_000]);

    const missing = await refusal(stripe.creditNotes.create({ invoice: paid.id, amount: 900 }));
    expect(missing.message).toBe(
      'The sum of refunds, credit amount, and out of band amount (£0.00) must equal the credit note post_payment_amount (£9.00).',
    );
    const note = await stripe.creditNotes.create({
      invoice: paid.id,
      amount: 900,
      refund_amount: 400,
      credit_amount: 300,
      out_of_band_amount: 200,
    });
    expect(note).toMatchObject({ amount: 900, out_of_band_amount: 200, post_payment_amount: 900 });
  });

  it('gives back a part of a line with its part of discount and tax', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const vat = await stripe.taxRates.create({ display_name: 'VAT', percentage: 20, inclusive: false });
    const off = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
    const invoice = await openOf(target(), customer.id, [1_000], {
      default_tax_rates: [vat.id],
      discounts: [{ coupon: off.id }],
    });
    const line = invoice.lines.data[0]?.id ?? '';

    const note = await stripe.creditNotes.create({
      invoice: invoice.id,
      lines: [{ type: 'invoice_line_item', invoice_line_item: line, amount: 400 }],
    });

    expect(note).toMatchObject({
      subtotal: 400,
      discount_amount: 200,
      total_excluding_tax: 200,
      total: 240,
      amount: 240,
    });
    expect(note.total_taxes).toMatchObject([{ amount: 40, tax_behavior: 'exclusive' }]);
    expect(note.lines.data).toMatchObject([
      { amount: 400, discount_amount: 200, invoice_line_item: line, type: 'invoice_line_item' },
    ]);
  });

  it('gives back an amount of its own', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [1_000]);
    const note = await stripe.creditNotes.create({
      invoice: open.id,
      lines: [{ type: 'custom_line_item', description: 'Goodwill', unit_amount: 150, quantity: 2 }],
    });

    expect(note.total).toBe(300);
    expect((await stripe.creditNotes.listLineItems(note.id)).data).toMatchObject([
      { amount: 300, description: 'Goodwill', quantity: 2, type: 'custom_line_item', unit_amount: 150 },
    ]);
  });

  it('never gives back more than the invoice asked for', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [1_000]);
    await stripe.creditNotes.create({ invoice: open.id, amount: 600 });

    expect(await refusal(stripe.creditNotes.create({ invoice: open.id, amount: 500 }))).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
    });
    expect(await stripe.invoices.retrieve(open.id)).toMatchObject({ amount_remaining: 400 });
  });

  it('is not issued for a draft', async () => {
    const customer = await newCustomer(target());
    const draft = await draftOf(target(), customer.id, [1_000]);

    expect(await refusal(target().stripe.creditNotes.create({ invoice: draft.id, amount: 100 }))).toMatchObject({
      statusCode: 400,
    });
  });

  it('is voided while its invoice is open, which then asks for all again', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [1_000]);
    const note = await stripe.creditNotes.create({ invoice: open.id, amount: 400 });

    expect(await stripe.creditNotes.voidCreditNote(note.id)).toMatchObject({ status: 'void' });
    expect(await stripe.invoices.retrieve(open.id)).toMatchObject({
      amount_due: 1_000,
      amount_remaining: 1_000,
      pre_payment_credit_notes_amount: 0,
    });
  });

  it('is previewed without being issued', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [1_000]);
    const preview = await stripe.creditNotes.preview({ invoice: open.id, amount: 400 });

    expect(preview).toMatchObject({ object: 'credit_note', total: 400, pre_payment_amount: 400 });
    expect((await stripe.creditNotes.list({ invoice: open.id })).data).toEqual([]);
    expect(await stripe.invoices.retrieve(open.id)).toMatchObject({ amount_remaining: 1_000 });
  });

  it('keeps a memo and metadata that can be changed', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target());
    const open = await openOf(target(), customer.id, [1_000]);
    const note = await stripe.creditNotes.create({ invoice: open.id, amount: 400, memo: 'First' });
    await stripe.creditNotes.update(note.id, { memo: 'Second', metadata: { case: '1' } });

    expect(await stripe.creditNotes.retrieve(note.id)).toMatchObject({ memo: 'Second', metadata: { case: '1' } });
    expect((await stripe.creditNotes.list({ customer: customer.id })).data.map(({ id }) => id)).toEqual([note.id]);
  });

  it('gives back no more than its invoice came to, even where an older debt was paid with it', async () => {
    const { stripe } = target();
    const customer = await newCustomer(target(), 'pm_card_visa', { balance: 500 });
    const paid = await paidOf(target(), customer.id, [1_000]);
    expect(paid).toMatchObject({ total: 1_000, amount_paid: 1_500 });
    await stripe.creditNotes.create({ invoice: paid.id, amount: 700, credit_amount: 700 });

    expect(
      await refusal(stripe.creditNotes.create({ invoice: paid.id, amount: 301, credit_amount: 301 })),
    ).toMatchObject({ statusCode: 400, param: 'amount' });
    expect(await stripe.creditNotes.create({ invoice: paid.id, amount: 300, credit_amount: 300 })).toMatchObject({
      total: 300,
    });
  });
});
