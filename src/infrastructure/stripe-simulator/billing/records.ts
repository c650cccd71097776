import type Stripe from 'stripe';

export interface BillingTables {
  products: Stripe.Product;
  prices: Stripe.Price;
  coupons: Stripe.Coupon;
  promotion_codes: Stripe.PromotionCode;
  tax_rates: Stripe.TaxRate;
  discounts: Stripe.Discount & { created: number };
  invoices: Stripe.Invoice;
  invoice_lines: Stripe.InvoiceLineItem;
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
  invoices: ['customer'],
  invoice_lines: ['invoice'],
  invoice_items: ['customer', 'invoice'],
  invoice_payments: ['invoice'],
  credit_notes: ['invoice', 'customer'],
  customer_balance_transactions: ['customer'],
} as const satisfies { readonly [N in keyof BillingTables]: readonly string[] };

export type BillingTask = 'finalize_invoice';
