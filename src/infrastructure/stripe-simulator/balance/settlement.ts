import type { Context } from '../core/context';
import { decimals } from '../payments/currencies';

export interface Settled {
  amount: number;
  currency: string;
  /** Null where nothing was converted. */
  exchangeRate: number | null;
}

const ANY_CURRENCY = '*';

/** What an amount is on the balance: Stripe converts what has no balance of its own to the account's first currency. */
export function inSettlementCurrency(ctx: Context, amount: number, currency: string): Settled {
  const target = settlementCurrency(ctx, currency);
  const rate = target === currency ? null : exchangeRate(ctx, currency, target);
  if (rate === null) return { amount, currency, exchangeRate: null };
  return { amount: converted(amount, rate), currency: target, exchangeRate: rate };
}

/** What goes back is rounded as what came. A product has 14 digits at most, so 15 show it without the binary's error. */
function converted(amount: number, rate: number): number {
  const exact = Number((Math.abs(amount) * rate).toPrecision(15));
  return Math.sign(amount) * Math.round(exact);
}

function settlementCurrency(ctx: Context, currency: string): string {
  const own = ctx.settings.settlementCurrencies;
  const [first = ANY_CURRENCY] = own;
  return first === ANY_CURRENCY || own.includes(ANY_CURRENCY) || own.includes(currency) ? currency : first;
}

/** Between minor units, as Stripe's `exchange_rate` is; null where one of the currencies has no rate. */
function exchangeRate(ctx: Context, from: string, to: string): number | null {
  const { [from]: source, [to]: target } = ctx.settings.exchangeRates;
  if (source === undefined || target === undefined) return null;
  return Number(((source / target) * 10 ** (decimals(to) - decimals(from))).toPrecision(6));
}
