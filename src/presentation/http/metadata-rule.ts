import { isStorable } from './rules';

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
