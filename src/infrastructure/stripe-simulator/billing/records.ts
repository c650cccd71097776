import type Stripe from 'stripe';

/** What an invoice's line stands on beyond what it shows. */
export interface LineTerms {
  /** The line's id. */
  id: string;
  /** Its own tax rates; without any it takes the invoice's. */
  taxRates: readonly string[];
}

export interface BillingTables {
  products: Stripe.Product;
  prices: Stripe.Price;
  coupons: Stripe.Coupon;
  promotion_codes: Stripe.PromotionCode;
  tax_rates: Stripe.TaxRate;
  discounts: Stripe.Discount & { created: number };
  invoices: Stripe.Invoice;
  invoice_lines: Stripe.InvoiceLineItem;
  line_terms: LineTerms;
  invoice_items: Stripe.InvoiceItem & { created: number };
  invoice_payments: Stripe.InvoicePayment;
  credit_notes: Stripe.CreditNote;
  customer_balance_transactions: Stripe.CustomerBalanceTransaction;
}

export const BILLING_INDEXES = {
  products: [],
  prices: ['product'],
  coupons: [],
  promotion_codes: [],
  tax_rates: [],
  discounts: ['customer', 'subscription'],
  invoices: ['customer', 'parent.subscription_details.subscription'],
  invoice_lines: ['invoice'],
  line_terms: [],
  invoice_items: ['customer', 'invoice'],
  invoice_payments: ['invoice', 'payment.payment_intent'],
  credit_notes: ['invoice', 'customer'],
  customer_balance_transactions: ['customer'],
} as const satisfies { readonly [N in keyof BillingTables]: readonly string[] };

export type BillingTask = 'finalize_invoice' | 'collect_invoice' | 'pass_due_date';
