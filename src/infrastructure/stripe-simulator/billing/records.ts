import type Stripe from 'stripe';

/** What an invoice's line stands on beyond what it shows. */
export interface LineTerms {
  /** The line's id. */
  id: string;
  /** Its own tax rates; without any it takes the invoice's. */
  taxRates: readonly string[];
  /** Where it stands among the lines; later ones may be put before it. */
  position: number;
}

/** A product or price that an amount was given for once: it is in no list. */
export interface UnlistedRecord {
  id: string;
}

/** The tiers of a price, which Stripe shows only to who asks for them. */
export interface PriceTiers {
  /** The price's id. */
  id: string;
  tiers: Stripe.Price.Tier[];
}

/** The products that a coupon is limited to, shown only to who asks for them. */
export interface CouponScope {
  /** The coupon's id. */
  id: string;
  products: string[];
}

export interface BillingTables {
  products: Stripe.Product;
  prices: Stripe.Price;
  price_tiers: PriceTiers;
  unlisted: UnlistedRecord;
  coupons: Stripe.Coupon;
  deleted_coupons: Stripe.Coupon;
  coupon_scopes: CouponScope;
  promotion_codes: Stripe.PromotionCode;
  tax_rates: Stripe.TaxRate;
  discounts: Stripe.Discount;
  invoices: Stripe.Invoice;
  invoice_lines: Stripe.InvoiceLineItem;
  line_terms: LineTerms;
  invoice_items: Stripe.InvoiceItem;
  invoice_payments: Stripe.InvoicePayment;
  credit_notes: Stripe.CreditNote;
  customer_balance_transactions: Stripe.CustomerBalanceTransaction;
  tax_ids: Stripe.TaxId;
}

export const BILLING_INDEXES = {
  products: [],
  prices: ['product', 'lookup_key'],
  price_tiers: [],
  unlisted: [],
  coupons: [],
  deleted_coupons: [],
  coupon_scopes: [],
  promotion_codes: ['code', 'promotion.coupon'],
  tax_rates: [],
  discounts: ['customer', 'subscription'],
  invoices: ['customer', 'parent.subscription_details.subscription'],
  invoice_lines: ['invoice'],
  line_terms: [],
  invoice_items: ['customer', 'invoice'],
  invoice_payments: ['invoice', 'payment.payment_intent'],
  credit_notes: ['invoice', 'customer'],
  customer_balance_transactions: ['customer'],
  tax_ids: ['customer'],
} as const satisfies { readonly [N in keyof BillingTables]: readonly string[] };

export type BillingTask = 'collect_invoice' | 'finalize_invoice' | 'pass_due_date' | 'remind_of_due_date';
