export type Interval = 'day' | 'month' | 'week' | 'year';

/** How often something recurs, such as every three months. */
export interface Cadence {
  interval: Interval;
  count: number;
  /** The day of the month to keep to, where it is not the anchor's own. */
  day?: number;
}

/** From `start` to `end`, which belongs to the next; in seconds. */
export interface Period {
  start: number;
  end: number;
}

export const DAY = 86_400;
export const HOUR = 3_600;

/**
 * The time that lies so many recurrences from the anchor. Each is counted from the anchor itself, so that what began on
 * January 31 falls on February 28 and then on March 31 again. Days are UTC's, so no clock change shortens them.
 */
export function recurrence(anchor: number, { interval, count, day: on }: Cadence, times: number): number {
  const units = count * times;
  switch (interval) {
    case 'day':
      return anchor + units * DAY;
    case 'week':
      return anchor + units * 7 * DAY;
    case 'month':
      return addMonths(anchor, units, on);
    case 'year':
      return addMonths(anchor, units * 12, on);
  }
}

/** The last day of a shorter month stands for the days that it lacks. */
export function addMonths(from: number, months: number, on?: number): number {
  const date = new Date(from * 1000);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + months;
  const day = Math.min(on ?? date.getUTCDate(), daysIn(year, month));
  return Date.UTC(year, month, day, date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()) / 1000;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}

/** The whole period around a time: from the last recurrence at or before it to the first after it. */
export function periodAround(time: number, anchor: number, cadence: Cadence): Period {
  let times = Math.floor((time - anchor) / longest(cadence));
  while (recurrence(anchor, cadence, times) > time) times -= 1;
  while (recurrence(anchor, cadence, times + 1) <= time) times += 1;
  return { start: recurrence(anchor, cadence, times), end: recurrence(anchor, cadence, times + 1) };
}

/** No recurrence is further from the one before than this. */
function longest({ interval, count }: Cadence): number {
  const days = { day: 1, week: 7, month: 31, year: 366 }[interval];
  return days * count * DAY;
}

/** What part of the amount falls on the time between, to the nearest unit and away from zero at half. */
export function proportion(amount: number, part: Period, whole: Period): number {
  const numerator = BigInt(Math.abs(amount)) * BigInt(Math.max(part.end - part.start, 0));
  const denominator = BigInt(Math.max(whole.end - whole.start, 1));
  const rounded = Number((numerator * 2n + denominator) / (denominator * 2n));
  return amount < 0 && rounded !== 0 ? -rounded : rounded;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** As Stripe writes days on invoices: `05 Mar 2027`. */
export function day(time: number): string {
  const date = new Date(time * 1000);
  return `${String(date.getUTCDate()).padStart(2, '0')} ${MONTHS[date.getUTCMonth()] ?? ''} ${String(date.getUTCFullYear())}`;
}
