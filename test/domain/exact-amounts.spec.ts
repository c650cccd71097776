import fc from 'fast-check';
import { currencies, decimalsOf, isCurrency } from '../../src/domain/shared/currency';
import { Money } from '../../src/domain/shared/money';
import { currency, money } from '../support/samples';

const LARGEST = Number.MAX_SAFE_INTEGER;
const amounts = fc.integer({ min: 0, max: LARGEST });

describe('An amount', () => {
  it.each([-1, 1.5, Number.NaN, Infinity, 2 ** 53, -0.5])('is never %d', (amount) => {
    expect(() => money(amount)).toThrow(RangeError);
  });

  it.each([0, 1, LARGEST])('may be %d', (amount) => {
    expect(money(amount).amount).toBe(amount);
  });

  it('adds up as whole numbers do, or is an error past 2^53 - 1', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        const sum = BigInt(a) + BigInt(b);
        if (sum > BigInt(LARGEST)) expect(() => money(a).plus(money(b))).toThrow(RangeError);
        else expect(BigInt(money(a).plus(money(b)).amount)).toBe(sum);
      }),
    );
  });

  it('is what it was after adding and taking away again', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        fc.pre(a + b <= LARGEST);
        expect(money(a).plus(money(b)).minus(money(b)).equals(money(a))).toBe(true);
      }),
    );
  });

  it('past the largest by one is an error, not the largest', () => {
    expect(() => money(LARGEST).plus(money(1))).toThrow(RangeError);
    expect(money(LARGEST - 1).plus(money(1)).amount).toBe(LARGEST);
  });

  it('is never less than nothing', () => {
    expect(() => money(1).minus(money(2))).toThrow(RangeError);
    expect(money(2).minus(money(2)).amount).toBe(0);
  });

  it('exceeds another exactly when it is the larger one', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        expect(money(a).exceeds(money(b))).toBe(a > b);
      }),
    );
  });

  it('is not compared with, added to or taken from another currency', () => {
    const [pounds, yen] = [money(5, 'gbp'), money(5, 'jpy')];
    expect(() => pounds.plus(yen)).toThrow(RangeError);
    expect(() => pounds.minus(yen)).toThrow(RangeError);
    expect(() => pounds.exceeds(yen)).toThrow(RangeError);
    expect(pounds.equals(yen)).toBe(false);
  });

  it.each([
    [4_999, 'gbp', '49.99 GBP'],
    [5, 'gbp', '0.05 GBP'],
    [0, 'eur', '0.00 EUR'],
    [500, 'jpy', '500 JPY'],
    [1_234_567, 'kwd', '1234.567 KWD'],
    [7, 'bhd', '0.007 BHD'],
    [LARGEST, 'usd', '90071992547409.91 USD'],
  ])('of %d %s reads %s', (amount, code, text) => {
    expect(money(amount, code).toString()).toBe(text);
  });
});

/** ISO 4217, list one, by the number of decimals; what has two is everything else. */
const WITHOUT_DECIMALS = 'bif clp djf gnf isk jpy kmf krw pyg rwf ugx vnd vuv xaf xof xpf'.split(' ');
const WITH_THREE = 'bhd iqd jod kwd lyd omr tnd'.split(' ');

describe('A currency', () => {
  it('has the decimals that ISO 4217 gives it', () => {
    for (const code of currencies()) {
      const decimals = WITHOUT_DECIMALS.includes(code) ? 0 : WITH_THREE.includes(code) ? 3 : 2;
      expect([code, decimalsOf(code)]).toEqual([code, decimals]);
    }
    for (const code of [...WITHOUT_DECIMALS, ...WITH_THREE]) expect(isCurrency(code)).toBe(true);
  });

  it('is listed once', () => {
    expect(new Set(currencies()).size).toBe(currencies().length);
  });

  it.each('aed aud brl cad chf cny eur gbp huf idr inr isk jpy kwd mga mxn pln sar sek sle try usd xcg zwg'.split(' '))(
    '%s is known',
    (code) => {
      expect(isCurrency(code)).toBe(true);
    },
  );

  it.each(['', 'GBP', 'gb', 'gbpp', 'xau', 'xxx', 'xts', 'btc', 'clf', 'usn', 'hrk', '__proto__', 'constructor'])(
    '"%s" is none',
    (code) => {
      expect(isCurrency(code)).toBe(false);
    },
  );

  it('that nobody knows has no decimals to ask for', () => {
    expect(() => decimalsOf('xxx' as never)).toThrow(RangeError);
    expect(Money.of(1, currency('usd')).currency).toBe('usd');
  });
});
