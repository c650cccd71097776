import { decimalsOf, type Currency } from './currency';

/** An amount in minor units of its currency: always a safe, non-negative integer. */
export class Money {
  private constructor(
    readonly amount: number,
    readonly currency: Currency,
  ) {}

  /** @throws RangeError when the amount is no integer from 0 to 2^53 - 1: callers validate first, so this is a bug. */
  static of(amount: number, currency: Currency): Money {
    if (!Number.isSafeInteger(amount) || amount < 0)
      throw new RangeError(`${String(amount)} is no amount of minor units`);
    return new Money(amount, currency);
  }

  plus(other: Money): Money {
    return Money.of(this.amount + this.sameCurrency(other).amount, this.currency);
  }

  minus(other: Money): Money {
    return Money.of(this.amount - this.sameCurrency(other).amount, this.currency);
  }

  exceeds(other: Money): boolean {
    return this.amount > this.sameCurrency(other).amount;
  }

  equals(other: Money): boolean {
    return this.amount === other.amount && this.currency === other.currency;
  }

  /** For people: `49.99 GBP`. */
  toString(): string {
    const decimals = decimalsOf(this.currency);
    const digits = String(this.amount).padStart(decimals + 1, '0');
    const whole = digits.slice(0, digits.length - decimals);
    const number = decimals === 0 ? whole : `${whole}.${digits.slice(-decimals)}`;
    return `${number} ${this.currency.toUpperCase()}`;
  }

  private sameCurrency(other: Money): Money {
    if (other.currency !== this.currency) throw new RangeError(`${this.currency} and ${other.currency} do not add up`);
    return other;
  }
}
