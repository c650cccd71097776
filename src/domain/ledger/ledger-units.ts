import { decimalsOf, type Currency } from '../shared/currency';

/**
 * The ledger counts in the finer of two units, ISO 4217's and Stripe's, so that nothing of Stripe's balance is rounded.
 * The króna has no decimals, and yet Stripe keeps fees of it in hundredths.
 */
const FINER: Readonly<Record<string, number>> = { isk: 2 };

/** How many decimals an amount of the ledger has. */
export function ledgerDecimals(currency: Currency): number {
  return decimalsOf(currency) + (FINER[currency] ?? 0);
}

/** How many units of the ledger a minor unit is. */
export function ledgerScale(currency: string): number {
  return 10 ** (FINER[currency] ?? 0);
}
