import fc from 'fast-check';
import { currencies } from '../../src/domain/shared/currency';
import {
  fromStripeAmount,
  refusalOf,
  stepRefusalOf,
  toStripeAmount,
} from '../../src/infrastructure/stripe/stripe-amount';
import { currency, money } from '../support/samples';

describe('An amount', () => {
  it.each([
    [4_999, 'gbp', 4_999],
    [500, 'jpy', 500],
    [100_000, 'krw', 100_000],
    [500, 'isk', 50_000],
    [70_000, 'mga', 700],
    [1_230, 'kwd', 1_230],
    [12_340, 'bhd', 12_340],
    [12_340, 'jod', 12_340],
    [12_340, 'omr', 12_340],
    [12_340, 'tnd', 12_340],
    [20_000, 'huf', 20_000],
    [10_000, 'idr', 10_000],
    [99_999_999, 'usd', 99_999_999],
  ])('of %d %s is sent as %d, and read back as it was', (amount, code, sent) => {
    expect(refusalOf(money(amount, code))).toBeNull();
    expect(toStripeAmount(amount, currency(code))).toBe(sent);
    expect(fromStripeAmount(sent, code)).toBe(amount);
  });

  it('that Stripe takes comes back as it was, in every currency', () => {
    const given = fc.record({
      code: fc.constantFrom(...currencies()),
      amount: fc.oneof(fc.integer({ min: 1, max: 2 ** 53 - 1 }), fc.integer({ min: 1, max: 1_000_000 })),
      times: fc.constantFrom(1, 10, 100),
    });
    fc.assert(
      fc.property(given, ({ code, amount, times }) => {
        fc.pre(amount * times <= Number.MAX_SAFE_INTEGER);
        const asked = money(amount * times, code);
        fc.pre(refusalOf(asked) === null);
        const sent = toStripeAmount(asked.amount, code);
        expect(Number.isSafeInteger(sent)).toBe(true);
        expect(fromStripeAmount(sent, code)).toBe(asked.amount);
      }),
      { numRuns: 5_000 },
    );
  });

  it('that Stripe refuses for its step is never sent rounded', () => {
    fc.assert(
      fc.property(fc.constantFrom(...currencies()), fc.integer({ min: 1, max: 10_000_000 }), (code, amount) => {
        if (stepRefusalOf(money(amount, code)) === null) return;
        expect(refusalOf(money(amount, code))).not.toBeNull();
        expect(() => toStripeAmount(amount, code)).toThrow(RangeError);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [5, 'kwd', 'multiples of 10'],
    [1_235, 'bhd', 'multiples of 10'],
    [70_050, 'mga', 'multiples of 100'],
    [29, 'gbp', 'no less than 30'],
    [49, 'usd', 'no less than 50'],
    [17_499, 'huf', 'no less than 17500'],
    [0, 'isk', 'no less than 1'],
    [0, 'gbp', 'no less than 30'],
    [0, 'kwd', 'no less than 10 '],
    [0, 'mga', 'no less than 100 '],
    [100_000_000, 'usd', 'no more than 99999999'],
    [100_000_000, 'isk', 'no more than 99999999'],
    [2 ** 53 - 1, 'idr', 'no more than'],
    [10_000, 'ugx', 'documentation'],
    [10_000, 'iqd', 'does not document'],
    [10_000, 'lyd', 'does not document'],
  ])('of %d %s is refused, and the reason says "%s"', (amount, code, reason) => {
    expect(refusalOf(money(amount, code))).toContain(reason);
  });

  it('is taken at the edges', () => {
    for (const [amount, code] of [
      [30, 'gbp'],
      [50, 'usd'],
      [17_500, 'huf'],
      [1, 'isk'],
      [99_999_999, 'usd'],
      [999_999_999_999, 'idr'],
    ] as const) {
      expect([code, refusalOf(money(amount, code))]).toEqual([code, null]);
    }
  });

  it('of a currency that nobody knows is read as it stands', () => {
    expect(fromStripeAmount(123, 'zzz')).toBe(123);
  });
});
