import type Stripe from 'stripe';
import { percentOf, plain, scaled, share, spread } from './decimals';

export interface DiscountTerm {
  /** The discount's id. */
  id: string;
  coupon: Stripe.Coupon;
}

/** What a line brings to the sum of its invoice. */
export interface PricedLine {
  amount: number;
  discountable: boolean;
  product: string | null;
  discounts: readonly DiscountTerm[];
  taxRates: readonly Stripe.TaxRate[];
}

export interface DiscountAmount {
  discount: string;
  amount: number;
}

export interface TaxAmount {
  rate: Stripe.TaxRate;
  amount: number;
  taxable: number;
}

export interface LineTotals {
  discountAmounts: DiscountAmount[];
  taxes: TaxAmount[];
  /** Without the discounts of the whole invoice. */
  subtotal: number;
  subtotalExcludingTax: number;
}

export interface InvoiceTotals {
  lines: LineTotals[];
  subtotal: number;
  subtotalExcludingTax: number;
  discountAmounts: DiscountAmount[];
  taxes: TaxAmount[];
  total: number;
  totalExcludingTax: number;
}

const HUNDRED = scaled('100');

export function totalsOf(
  lines: readonly PricedLine[],
  discounts: readonly DiscountTerm[],
  currency: string,
  taxExempt: boolean,
): InvoiceTotals {
  const own = lines.map((line) => ownDiscounts(line, currency));
  const left = lines.map((line, at) => line.amount - sum(own[at] ?? []));
  const subtotals = [...left];
  const shared: DiscountAmount[][] = lines.map(() => []);
  for (const term of discounts) {
    discountShares(term, lines, left, currency).forEach((amount, at) => {
      if (amount === null) return;
      shared[at]?.push({ discount: term.id, amount });
      left[at] = (left[at] ?? 0) - amount;
    });
  }
  const computed = lines.map((line, at): LineTotals => {
    const subtotal = subtotals[at] ?? 0;
    const before = taxesOn(subtotal, line.taxRates, taxExempt);
    return {
      discountAmounts: [...(own[at] ?? []), ...(shared[at] ?? [])],
      taxes: taxesOn(left[at] ?? 0, line.taxRates, taxExempt),
      subtotal,
      subtotalExcludingTax: subtotal - sum(before.filter(({ rate }) => rate.inclusive)),
    };
  });
  return summedUp(computed, left);
}

function summedUp(lines: LineTotals[], left: readonly number[]): InvoiceTotals {
  const taxes = lines.flatMap((line) => line.taxes);
  const net = left.reduce((total, amount) => total + amount, 0);
  const total = net + sum(taxes.filter(({ rate }) => !rate.inclusive));
  return {
    lines,
    subtotal: lines.reduce((whole, line) => whole + line.subtotal, 0),
    subtotalExcludingTax: lines.reduce((whole, line) => whole + line.subtotalExcludingTax, 0),
    discountAmounts: byDiscount(lines.flatMap((line) => line.discountAmounts)),
    taxes: byRate(taxes),
    total,
    totalExcludingTax: total - sum(taxes),
  };
}

function ownDiscounts(line: PricedLine, currency: string): DiscountAmount[] {
  let left = line.amount;
  return line.discounts.map((term) => {
    const amount = takenOff(term.coupon, left, currency);
    left -= amount;
    return { discount: term.id, amount };
  });
}

/** What each line gives to a discount of the whole invoice; null where the discount does not reach. */
function discountShares(
  term: DiscountTerm,
  lines: readonly PricedLine[],
  left: readonly number[],
  currency: string,
): (number | null)[] {
  const reached = lines.map((line) => line.discountable && appliesTo(term.coupon, line.product));
  const weights = left.map((amount, at) => (reached[at] === true ? amount : 0));
  const whole = takenOff(
    term.coupon,
    weights.reduce((total, weight) => total + weight, 0),
    currency,
  );
  return spread(whole, weights).map((amount, at) => (reached[at] === true ? amount : null));
}

function appliesTo(coupon: Stripe.Coupon, product: string | null): boolean {
  const products = coupon.applies_to?.products;
  return products === undefined || (product !== null && products.includes(product));
}

function takenOff(coupon: Stripe.Coupon, amount: number, currency: string): number {
  if (coupon.percent_off !== null) return percentOf(amount, coupon.percent_off);
  const off = coupon.currency === currency ? coupon.amount_off : coupon.currency_options?.[currency]?.amount_off;
  return Math.min(off ?? 0, Math.max(amount, 0));
}

/** Taxes inside the price share it; taxes on top are taken from what is left without them. */
function taxesOn(amount: number, rates: readonly Stripe.TaxRate[], exempt: boolean): TaxAmount[] {
  const percentage = (rate: Stripe.TaxRate): bigint => (exempt ? 0n : scaled(plain(rate.percentage)));
  const inclusive = rates.filter((rate) => rate.inclusive);
  const within = inclusive.reduce((total, rate) => total + percentage(rate), 0n);
  const inside = inclusive.map((rate) => share(amount, percentage(rate), HUNDRED + within));
  const net = amount - inside.reduce((total, tax) => total + tax, 0);
  return rates.map((rate) => {
    const tax = rate.inclusive ? (inside[inclusive.indexOf(rate)] ?? 0) : share(net, percentage(rate), HUNDRED);
    return { rate, amount: tax, taxable: net };
  });
}

function byDiscount(amounts: readonly DiscountAmount[]): DiscountAmount[] {
  const sums = new Map<string, DiscountAmount>();
  for (const { discount, amount } of amounts) {
    sums.set(discount, { discount, amount: (sums.get(discount)?.amount ?? 0) + amount });
  }
  return [...sums.values()];
}

function byRate(taxes: readonly TaxAmount[]): TaxAmount[] {
  const sums = new Map<string, TaxAmount>();
  for (const tax of taxes) {
    const before = sums.get(tax.rate.id);
    sums.set(tax.rate.id, {
      rate: tax.rate,
      amount: (before?.amount ?? 0) + tax.amount,
      taxable: (before?.taxable ?? 0) + tax.taxable,
    });
  }
  return [...sums.values()];
}

function sum(amounts: readonly { amount: number }[]): number {
  return amounts.reduce((total, { amount }) => total + amount, 0);
}
