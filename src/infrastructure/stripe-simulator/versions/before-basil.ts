import { planOf } from '../subscriptions/plan';
import type { Hash, Renderers, Rows } from './renderers';

/** What 2025-03-31.basil moved or removed. */
export const beforeBasil: Renderers = {
  payment_intent: (intent, rows) => ({ ...intent, invoice: invoiceOf(intent.id, rows) }),
  charge: (charge, rows) => ({ ...charge, invoice: invoiceOf(charge.payment_intent, rows) }),
  invoice,
  line_item: lineItem,
  invoiceitem: invoiceItem,
  subscription,
  subscription_item({ current_period_end: _end, current_period_start: _start, ...item }) {
    return { billing_thresholds: null, ...item };
  },
  price: (price) => ({ ...price, recurring: isHash(price.recurring) ? withAggregation(price.recurring) : null }),
  plan: withAggregation,
};

function withAggregation(recurring: Hash): Hash {
  return { aggregate_usage: null, ...recurring };
}

function invoice(row: Hash, rows: Rows): Hash {
  const { parent, total_taxes: taxes, confirmation_secret: _s, amount_overpaid: _o, payments: _p, ...rest } = row;
  const details = inside(inside(row, 'parent'), 'subscription_details');
  const quote = inside(inside(row, 'parent'), 'quote_details').quote ?? null;
  const { intent, charge } = paymentOf(row, rows);
  return {
    ...rest,
    application_fee_amount: null,
    charge,
    discount: firstOf(row.discounts, rows),
    paid: row.status === 'paid',
    paid_out_of_band: row.status === 'paid' && intent === null && Number(row.total) > 0,
    payment_intent: intent,
    quote,
    subscription: details.subscription ?? null,
    subscription_details: { metadata: details.metadata ?? null },
    tax: sumOf(taxes),
    total_tax_amounts: taxAmounts(taxes),
    transfer_data: null,
  };
}

/** The payment that an invoice was to be paid by; before basil there was one at most. */
function paymentOf(row: Hash, rows: Rows): { intent: string | null; charge: unknown } {
  const payments = rows.table('invoice_payments').where('invoice', String(row.id));
  const found = payments.find(({ is_default }) => is_default) ?? payments.at(-1);
  const intent = idOf(found?.payment.payment_intent);
  const charge = intent === null ? null : rows.get('payment_intents', intent)?.latest_charge;
  return { intent, charge: charge ?? null };
}

function lineItem(row: Hash, rows: Rows): Hash {
  const { parent: _parent, pricing: _pricing, taxes, ...rest } = row;
  const parent = inside(row, 'parent');
  const ofItem = inside(parent, 'invoice_item_details');
  const ofSubscription = inside(parent, 'subscription_item_details');
  const details = isHash(parent.subscription_item_details) ? ofSubscription : ofItem;
  return {
    ...rest,
    ...priceOf(row, rows),
    amount_excluding_tax: row.subtotal ?? row.amount,
    invoice_item: details.invoice_item ?? undefined,
    proration: details.proration ?? false,
    proration_details: details.proration_details ?? { credited_items: null },
    subscription: details.subscription ?? row.subscription ?? null,
    subscription_item: ofSubscription.subscription_item ?? undefined,
    tax_amounts: taxAmounts(taxes),
    tax_rates: [],
    type: isHash(parent.subscription_item_details) ? 'subscription' : 'invoiceitem',
    unit_amount_excluding_tax: inside(row, 'pricing').unit_amount_decimal ?? null,
  };
}

function invoiceItem(row: Hash, rows: Rows): Hash {
  const { parent: _parent, pricing: _pricing, ...rest } = row;
  const unit = inside(row, 'pricing').unit_amount_decimal ?? null;
  return {
    ...rest,
    ...priceOf(row, rows),
    subscription: inside(inside(row, 'parent'), 'subscription_details').subscription ?? null,
    unit_amount: unit === null ? null : Math.round(Number(unit)),
    unit_amount_decimal: unit,
  };
}

/** A recurring price was a plan once, and both were shown. */
function priceOf(row: Hash, rows: Rows): Hash {
  const { price } = inside(inside(row, 'pricing'), 'price_details');
  const id = typeof price === 'string' ? price : inside({ price }, 'price').id;
  const found = typeof id === 'string' ? rows.get('prices', id) : undefined;
  return { price: found ?? null, plan: found === undefined || found.recurring === null ? null : planOf(found) };
}

function subscription(row: Hash, rows: Rows): Hash {
  const items = inside(row, 'items').data;
  const first = Array.isArray(items) ? inside({ item: items[0] as unknown }, 'item') : {};
  return {
    billing_thresholds: null,
    ...row,
    current_period_end: first.current_period_end ?? null,
    current_period_start: first.current_period_start ?? null,
    discount: firstOf(row.discounts, rows),
  };
}

function firstOf(discounts: unknown, rows: Rows): unknown {
  const first: unknown = Array.isArray(discounts) ? discounts[0] : undefined;
  return typeof first === 'string' ? (rows.get('discounts', first) ?? null) : (first ?? null);
}

function invoiceOf(intent: unknown, rows: Rows): string | null {
  const id = idOf(intent);
  const [payment] = id === null ? [] : rows.table('invoice_payments').where('payment.payment_intent', id);
  return idOf(payment?.invoice);
}

function sumOf(taxes: unknown): number | null {
  if (!Array.isArray(taxes) || taxes.length === 0) return null;
  return taxes.reduce<number>((sum, tax: unknown) => sum + Number(inside({ tax }, 'tax').amount), 0);
}

function taxAmounts(taxes: unknown): Hash[] {
  if (!Array.isArray(taxes)) return [];
  return taxes.map((item: unknown) => {
    const tax = inside({ item }, 'item');
    return {
      amount: tax.amount,
      inclusive: tax.tax_behavior === 'inclusive',
      tax_rate: inside(tax, 'tax_rate_details').tax_rate ?? null,
      taxability_reason: tax.taxability_reason ?? null,
      taxable_amount: tax.taxable_amount ?? null,
    };
  });
}

function idOf(reference: unknown): string | null {
  if (typeof reference === 'string') return reference;
  const { id } = inside({ reference }, 'reference');
  return typeof id === 'string' ? id : null;
}

function inside(value: Hash, key: string): Hash {
  const found = value[key];
  return isHash(found) ? found : {};
}

function isHash(value: unknown): value is Hash {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
