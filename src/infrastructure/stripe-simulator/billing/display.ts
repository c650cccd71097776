import { decimals } from '../payments/currencies';

/** As messages show an amount: `£1.00`. */
export function displayAmount(amount: number, currency: string): string {
  const places = decimals(currency);
  const digits = { minimumFractionDigits: places, maximumFractionDigits: places };
  return new Intl.NumberFormat('en-US', { style: 'currency', currency, ...digits }).format(amount / 10 ** places);
}
