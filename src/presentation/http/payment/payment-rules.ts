import { isStorable } from '../rules';

export function amountReason(value: unknown): string | null {
  if (Number.isSafeInteger(value) && (value as number) > 0) return null;
  return `must be an integer of minor units from 1 to ${String(Number.MAX_SAFE_INTEGER)}, as a JSON number`;
}

export function confirmReason(value: unknown, whole: object): string | null {
  if (typeof value !== 'boolean') return 'must be true or false';
  const { paymentMethod } = whole as { paymentMethod?: unknown };
  return value && typeof paymentMethod !== 'string' ? 'needs a paymentMethod when it is true' : null;
}

const LONGEST_URL = 2_048;

export function urlReason(value: unknown): string | null {
  const wanted = `must be an http or https address of at most ${String(LONGEST_URL)} characters`;
  if (typeof value !== 'string' || value.length > LONGEST_URL || !/^https?:\/\/[\x21-\x7e]+$/i.test(value))
    return wanted;
  return URL.canParse(value) ? null : wanted;
}

const MOST_KEYS = 40;
const LONGEST_KEY = 40;
const LONGEST_VALUE = 500;

/** Fewer and as long as Stripe's own, because ours are added to them. */
export function metadataReason(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object of strings';
  const entries: [string, unknown][] = Object.entries(value);
  if (entries.length > MOST_KEYS) return `must have at most ${String(MOST_KEYS)} keys`;
  for (const [key, text] of entries) {
    const reason = keyReason(key) ?? valueReason(text);
    if (reason !== null) return reason;
  }
  return null;
}

function keyReason(key: string): string | null {
  if (key.length === 0 || key.length > LONGEST_KEY) return `must have keys of 1 to ${String(LONGEST_KEY)} characters`;
  if (key.startsWith('cashdesk_')) return 'must not have keys that start with cashdesk_';
  if (key === '__proto__' || /[[\]]/.test(key)) return 'must not have keys with square brackets, or __proto__';
  return isStorable(key) ? null : 'must not contain NUL or half of a surrogate pair';
}

function valueReason(text: unknown): string | null {
  if (typeof text !== 'string') return 'must have strings as values';
  if (text.length > LONGEST_VALUE) return `must have values of at most ${String(LONGEST_VALUE)} characters`;
  return isStorable(text) ? null : 'must not contain NUL or half of a surrogate pair';
}
