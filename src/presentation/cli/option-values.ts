import { isCurrency } from '../../domain/shared/currency';
import { wrongUsage } from './exit-codes';

const MOST = 100;
export const DEFAULT_LIMIT = 20;
export const LIMIT_OPTION = {
  flags: '--limit <number>',
  description: `how many at most, from 1 to ${String(MOST)} (default: ${String(DEFAULT_LIMIT)})`,
};

export function oneOf<T extends string>(option: string, text: string, values: readonly T[]): T {
  const found = values.find((value) => value === text);
  if (found === undefined) throw wrongUsage(`${option} must be one of ${values.join(', ')}.`);
  return found;
}

export function limitIn(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= MOST) return Number(text);
  throw wrongUsage(`--limit must be a number from 1 to ${String(MOST)}.`);
}

export function currencyIn(text: string): string {
  const code = text.toLowerCase();
  if (isCurrency(code)) return code;
  throw wrongUsage('--currency must be an ISO 4217 code such as gbp.');
}

/** An amount as the API takes it: 4999 for 49.99 GBP. */
export function minorUnitsIn(option: string, text: string): number {
  const amount = Number(text);
  if (/^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(amount)) return amount;
  throw wrongUsage(`${option} must be a whole number of minor units from 1, such as 4999 for 49.99 GBP.`);
}

/** As the API takes it in its header. */
export function idempotencyKeyIn(text: string): string {
  if (/^[\x20-\x7e]{1,255}$/.test(text)) return text;
  throw wrongUsage('--idempotency-key must have 1 to 255 printable ASCII characters.');
}

/** As tokens carry it. */
export function subjectIn(text: string): string {
  if (text.length > 0 && text.length <= 255 && !/[\p{Cc}\p{Surrogate}]/u.test(text)) return text;
  throw wrongUsage('--subject must have 1 to 255 characters and no control characters.');
}

/** An instant in UTC, as the API takes it. */
export function instantIn(option: string, text: string): Date {
  const time = new Date(text);
  const isOne = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text) && !Number.isNaN(time.getTime());
  if (isOne && time.toISOString().slice(0, 10) === text.slice(0, 10)) return time;
  throw wrongUsage(`${option} must be a time in UTC such as 2026-12-01T10:30:00Z.`);
}

const DAY = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY };

/** `90s`, `30m`, `24h` or `7d`. @returns milliseconds, `mostDays` days at most. */
export function durationIn(option: string, text: string, mostDays: number): number {
  const [, count = '', unit = ''] = /^(\d{1,8})([smhd])$/.exec(text) ?? [];
  const duration = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (duration <= mostDays * DAY) return duration;
  throw wrongUsage(`${option} must be a time such as 30m, 24h or 7d, and ${String(mostDays)}d at most.`);
}

const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/** `2026-12-31T23:59:59Z`; a day alone is its beginning, in UTC. */
export function timeIn(option: string, text: string): Date {
  const time = new Date(text);
  if (TIME.test(text) && !Number.isNaN(time.getTime())) return time;
  throw wrongUsage(`${option} must be a time such as 2026-12-31T23:59:59Z, or a day such as 2026-12-31.`);
}
