import { ledgerScale } from '../../domain/ledger/ledger-units';
import { decimalsOf, isCurrency, type Currency } from '../../domain/shared/currency';
import type { Money } from '../../domain/shared/money';

/**
 * Where Stripe's smallest unit is not ISO 4217's (https://docs.stripe.com/currencies). `factor` turns our minor units
 * into Stripe's; `step` is what Stripe's amount must be a multiple of.
 */
const EXCEPTIONS: Readonly<Record<string, { readonly factor: number; readonly step: number }>> = {
  // No decimals in ISO 4217, but Stripe takes two, which must be zero.
  isk: { factor: 100, step: 100 },
  // Two decimals in ISO 4217, none at Stripe.
  mga: { factor: 0.01, step: 1 },
  // Three decimals, of which the last must be zero.
  bhd: { factor: 1, step: 10 },
  jod: { factor: 1, step: 10 },
  kwd: { factor: 1, step: 10 },
  omr: { factor: 1, step: 10 },
  tnd: { factor: 1, step: 10 },
};

const REFUSED: Readonly<Record<string, string>> = {
  ugx: "Stripe's documentation gives UGX both no decimals and two, so an amount could be charged a hundredfold.",
  iqd: 'Stripe does not document how it takes IQD, which has three decimals.',
  lyd: 'Stripe does not document how it takes LYD, which has three decimals.',
};

/** Stripe's minimum per charge, in its own units, for an account that settles in that currency. */
const MINIMUM: Readonly<Record<string, number>> = {
  ...{ usd: 50, aed: 200, aud: 50, bgn: 100, brl: 50, cad: 50, chf: 50, czk: 1500, dkk: 250, eur: 50, gbp: 30 },
  ...{ hkd: 400, huf: 17500, inr: 50, jpy: 50, mxn: 1000, myr: 200, nok: 300, nzd: 50, pln: 200, ron: 200 },
  ...{ sek: 300, sgd: 50, thb: 1000 },
};

/** Stripe takes eight digits, and more where a unit is worth little; what is within these it judges itself. */
const MAXIMUM_DIGITS: Readonly<Record<string, number>> = { idr: 12, ...manyDigits('cop huf inr lbp') };
const DEFAULT_DIGITS = 8;
const DIGITS_WITHOUT_DECIMALS = 10;

/** Why Stripe cannot take this amount; null when it can. */
export function refusalOf({ amount, currency }: Money): string | null {
  const refused = REFUSED[currency];
  if (refused !== undefined) return refused;
  const uneven = stepRefusalOf({ amount, currency });
  if (uneven !== null) return uneven;
  const { factor, step } = ruleOf(currency);
  const sent = scale(amount, factor);
  const minimum = MINIMUM[currency] ?? step;
  if (sent < minimum)
    return `Stripe takes no less than ${String(scale(minimum, 1 / factor))} minor units of ${currency.toUpperCase()}.`;
  const maximum = 10 ** digitsOf(currency) - 1;
  if (sent > maximum)
    return `Stripe takes no more than ${String(Math.floor(scale(maximum, 1 / factor)))} minor units of ${currency.toUpperCase()}.`;
  return null;
}

/** Why Stripe cannot take this amount as a part of one that it took. */
export function stepRefusalOf({ amount, currency }: Pick<Money, 'amount' | 'currency'>): string | null {
  const { factor, step } = ruleOf(currency);
  const sent = scale(amount, factor);
  if (Number.isInteger(sent) && sent % step === 0) return null;
  const multiple = factor < 1 ? 1 / factor : Math.max(1, step / factor);
  return `Stripe takes ${currency.toUpperCase()} only in multiples of ${String(multiple)} minor units.`;
}

/** @throws RangeError for an amount that `refusalOf` refuses. */
export function toStripeAmount(amount: number, currency: Currency): number {
  const { factor, step } = ruleOf(currency);
  const sent = scale(amount, factor);
  if (!Number.isSafeInteger(sent) || sent % step !== 0) {
    throw new RangeError(`${String(amount)} ${currency} cannot be sent to Stripe`);
  }
  return sent;
}

export function fromStripeAmount(amount: number, currency: string): number {
  return isCurrency(currency) ? scale(amount, 1 / ruleOf(currency).factor) : amount;
}

/** In units of the ledger: exact, as Stripe's own. */
export function ledgerAmountOf(amount: number, currency: string): number {
  return isCurrency(currency) ? scale(amount, ledgerScale(currency) / ruleOf(currency).factor) : amount;
}

function ruleOf(currency: Currency): { readonly factor: number; readonly step: number } {
  return EXCEPTIONS[currency] ?? { factor: 1, step: 1 };
}

/** Exact: the factors are 1, 100 and 1/100, and a division by an integer rounds no multiple of it. */
function scale(amount: number, factor: number): number {
  return factor < 1 ? amount / Math.round(1 / factor) : amount * Math.round(factor);
}

function digitsOf(currency: Currency): number {
  return MAXIMUM_DIGITS[currency] ?? (decimalsOf(currency) === 0 ? DIGITS_WITHOUT_DECIMALS : DEFAULT_DIGITS);
}

function manyDigits(currencies: string): Record<string, number> {
  return Object.fromEntries(currencies.split(' ').map((code) => [code, 10]));
}
