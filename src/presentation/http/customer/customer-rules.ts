import type { Address } from '../../../domain/customer/customer';
import { isStorable, type Reason } from '../rules';

const LONGEST_EMAIL = 320;
/** One @ between parts without spaces, and a dot in the second: whether anybody is there, only a mail can tell. */
const EMAIL = /^[^\s@\p{Cc}]+@[^\s@\p{Cc}.]+(?:\.[^\s@\p{Cc}.]+)+$/u;

export function emailReason(value: unknown): string | null {
  const wanted = `must be an e-mail address of at most ${String(LONGEST_EMAIL)} characters`;
  if (typeof value !== 'string' || value.length > LONGEST_EMAIL) return wanted;
  return EMAIL.test(value) && isStorable(value) ? null : wanted;
}

/** E.164, with spaces, dots, hyphens and brackets between the digits; Stripe takes 20 characters. */
const PHONE = /^[+(]{0,2}[0-9](?:[ .()-]{0,3}[0-9]){4,14}$/;

export function phoneReason(value: unknown): string | null {
  if (typeof value === 'string' && value.length <= 20 && PHONE.test(value)) return null;
  return 'must be a phone number of 5 to 15 digits and at most 20 characters, as +44 20 7946 0991';
}

const LINES = ['line1', 'line2', 'city', 'state', 'postalCode', 'country'] as const satisfies (keyof Address)[];
const LONGEST_LINE = 200;

export const addressReason: Reason = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
  const given = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).find((name) => !(LINES as readonly string[]).includes(name));
  if (unknown !== undefined) return `must have no properties but ${LINES.join(', ')}`;
  return LINES.map((name) => lineReason(name, given[name])).find((reason) => reason !== null) ?? null;
};

function lineReason(name: keyof Address, line: unknown): string | null {
  if (line === undefined || line === null) return null;
  if (name === 'country') {
    return typeof line === 'string' && /^[A-Z]{2}$/.test(line) && isCountry(line)
      ? null
      : 'must have an ISO 3166-1 code of two upper-case letters as country';
  }
  const fits = typeof line === 'string' && line.length > 0 && line.length <= LONGEST_LINE && isStorable(line);
  return fits ? null : `must have a string of 1 to ${String(LONGEST_LINE)} characters as ${name}`;
}

const NAMES = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
/** Named by Unicode, but no country: user-assigned, reserved or for groups of countries. */
const NO_COUNTRIES = new Set(['EU', 'EZ', 'UN', 'XA', 'XB', 'ZZ', 'QO']);

function isCountry(code: string): boolean {
  return NAMES.of(code) !== undefined && !NO_COUNTRIES.has(code);
}

/** What is left out of an address is not known. */
export function addressIn(given: Partial<Address>): Address {
  const { line1 = null, line2 = null, city = null, state = null, postalCode = null, country = null } = given;
  return { line1, line2, city, state, postalCode, country };
}
