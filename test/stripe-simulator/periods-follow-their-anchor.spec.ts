import fc from 'fast-check';
import {
  addMonths,
  day,
  periodAround,
  proportion,
  recurrence,
  type Cadence,
} from '../../src/infrastructure/stripe-simulator/subscriptions/periods';

const seconds = (text: string): number => Date.parse(`${text}Z`) / 1000;
const time = fc.integer({ min: seconds('2000-01-01T00:00:00'), max: seconds('2090-01-01T00:00:00') });
const cadence: fc.Arbitrary<Cadence> = fc.record({
  interval: fc.constantFrom('day', 'week', 'month', 'year'),
  count: fc.integer({ min: 1, max: 6 }),
});

describe('Periods follow their anchor', () => {
  it.each([
    ['2027-01-31T10:00:00', 1, '2027-02-28T10:00:00'],
    ['2027-01-31T10:00:00', 2, '2027-03-31T10:00:00'],
    ['2028-01-31T10:00:00', 1, '2028-02-29T10:00:00'],
    ['2027-12-15T00:00:00', 1, '2028-01-15T00:00:00'],
    ['2028-02-29T23:59:59', 12, '2029-02-28T23:59:59'],
    ['2027-03-31T00:00:00', -1, '2027-02-28T00:00:00'],
  ])('%s and %i months are %s', (from, months, to) => {
    expect(addMonths(seconds(from), months)).toBe(seconds(to));
  });

  it('around any time, with neither gap nor overlap', () => {
    fc.assert(
      fc.property(time, time, cadence, (anchor, now, every) => {
        const period = periodAround(now, anchor, every);
        expect(period.start).toBeLessThanOrEqual(now);
        expect(period.end).toBeGreaterThan(now);
        expect(periodAround(period.end, anchor, every).start).toBe(period.end);
        expect(periodAround(period.start - 1, anchor, every).end).toBe(period.start);
      }),
    );
  });

  it('and count each recurrence from the anchor itself', () => {
    fc.assert(
      fc.property(time, cadence, fc.integer({ min: 0, max: 40 }), (anchor, every, times) => {
        const nth = recurrence(anchor, every, times);
        expect(periodAround(nth, anchor, every).start).toBe(nth);
        expect(nth % 86_400).toBe(anchor % 86_400);
      }),
    );
  });

  it('and their shares add up to within a unit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -10_000_000, max: 10_000_000 }),
        fc.integer({ min: 1, max: 31_536_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (amount, length, part) => {
          const at = Math.floor(length * part);
          const whole = { start: 0, end: length };
          const first = proportion(amount, { start: 0, end: at }, whole);
          const rest = proportion(amount, { start: at, end: length }, whole);
          expect(Math.abs(first + rest - amount)).toBeLessThanOrEqual(1);
          expect(proportion(amount, whole, whole)).toBe(amount);
        },
      ),
    );
  });

  it('and their days are written as on invoices', () => {
    expect(day(seconds('2027-03-05T23:59:59'))).toBe('05 Mar 2027');
  });
});
