import type Stripe from 'stripe';
import { contract, refusal, type Target } from './contract';

async function newCustomer({ stripe }: Target, card: string | null = 'pm_card_visa'): Promise<Stripe.Customer> {
  const customer = await stripe.customers.create({ name: 'Invoice life' });
  if (card === null) return customer;
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
  return stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
}

async function draft(
  target: Target,
  customer: string,
  amounts: readonly number[],
  params: Stripe.InvoiceCreateParams = {},
): Promise<Stripe.Invoice> {
  const { stripe } = target;
  for (const amount of amounts) await stripe.invoiceItems.create({ customer, amount, currency: 'gbp' });
  return stripe.invoices.create({ customer, currency: 'gbp', pending_invoice_items_behavior: 'include', ...params });
}

contract('The life of an invoice', (target) => {
  it('starts as a draft of the items that waited, the newest first', async () => {
    const customer = await newCustomer(target());
    const invoice = await draft(target(), customer.id, [1_000, 250]);

    expect(invoice).toMatchObject({
      status: 'draft',
      billing_reason: 'manual',
      auto_advance: false,
      number: null,
      amount_due: 1_250,
      amount_remaining: 1_250,
      attempt_count: 0,
      attempted: false,
      automatically_finalizes_at: null,
      collection_method: 'charge_automatically',
      ending_balance: null,
      subtotal: 1_250,
      total: 1_250,
    });
    expect(invoice.lines.data.map(({ amount }) => amount)).toEqual([250, 1_000]);
  });

  it('is paid with the default card, draft and all, by one call', async () => {
    const customer = await newCustomer(target());
    const invoice = await draft(target(), customer.id, [1_200]);

    const paid = await target().stripe.invoices.pay(invoice.id);

    expect(paid).toMatchObject({
      status: 'paid',
      amount_due: 1_200,
      amount_paid: 1_200,
      amount_remaining: 0,
      attempt_count: 1,
      attempted: true,
      auto_advance: false,
      next_payment_attempt: null,
    });
    expect((await refusal(target().stripe.invoices.pay(invoice.id))).message).toBe('Invoice is already paid');
  });
});
