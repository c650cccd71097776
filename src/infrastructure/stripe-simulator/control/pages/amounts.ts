import { invalidRequest } from '../../core/errors';
import { decimals } from '../../payments/currencies';

/** In major units with the currency's own decimals: `20.00 GBP`, `500 JPY`. */
export function formatAmount(minor: number, currency: string): string {
  return `${majorUnits(minor, currency)} ${currency.toUpperCase()}`;
}

export function majorUnits(minor: number, currency: string): string {
  const places = decimals(currency);
  const digits = String(Math.abs(minor)).padStart(places + 1, '0');
  const point = digits.length - places;
  const fraction = places === 0 ? '' : `.${digits.slice(point)}`;
  return `${minor < 0 ? '-' : ''}${digits.slice(0, point)}${fraction}`;
}

/** What a person wrote in major units. Digit by digit: a fraction of a binary number is no amount. */
export function minorUnits(written: string, currency: string): number {
  const places = decimals(currency);
  const [, whole, fraction = ''] = /^(\d{1,9})(?:\.(\d+))?$/.exec(written.trim()) ?? [];
  if (whole === undefined || fraction.length > places) {
    const how = places === 0 ? 'without decimals' : `with a point before the decimals, of which it has ${places}`;
    throw invalidRequest(
      `'${written}' is no amount in ${currency.toUpperCase()}. Write it in digits, ${how}, such as ${majorUnits(1250, currency)}.`,
    );
  }
  return Number(whole + fraction.padEnd(places, '0'));
}
