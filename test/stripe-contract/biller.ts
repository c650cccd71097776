import type Stripe from 'stripe';
import type { Target } from '../support/stripe-contract';

/** A customer who pays with that card unless told otherwise; null for one without any. */
export async function newCustomer(
  { stripe }: Target,
  card: string | null = 'pm_card_visa',
  params: Stripe.CustomerCreateParams = {},
): Promise<Stripe.Customer> {
  const customer = await stripe.customers.create({ name: 'Contract of billing', ...params });
  if (card === null) return customer;
  const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
  return stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
}

/** A draft in pounds with one line for each amount, the first amount in the last line. */
export async function draftOf(
  { stripe }: Target,
  customer: string,
  amounts: readonly number[],
  params: Stripe.InvoiceCreateParams = {},
): Promise<Stripe.Invoice> {
  for (const [at, amount] of amounts.entries()) {
    await stripe.invoiceItems.create({ customer, amount, currency: 'gbp', description: `Item ${String(at + 1)}` });
  }
  return stripe.invoices.create({ customer, currency: 'gbp', pending_invoice_items_behavior: 'include', ...params });
}

export async function openOf(
  target: Target,
  customer: string,
  amounts: readonly number[],
  params: Stripe.InvoiceCreateParams = {},
): Promise<Stripe.Invoice> {
  const draft = await draftOf(target, customer, amounts, params);
  return target.stripe.invoices.finalizeInvoice(draft.id, { auto_advance: false });
}

/** The intent by which an invoice is to be paid. */
export async function intentOf({ stripe }: Target, invoice: string): Promise<Stripe.PaymentIntent> {
  const { data } = await stripe.invoicePayments.list({ invoice });
  const intent = data[0]?.payment.payment_intent;
  if (typeof intent !== 'string') throw new Error(`${invoice} has no payment intent`);
  return stripe.paymentIntents.retrieve(intent);
}
