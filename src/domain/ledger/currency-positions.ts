import type { Currency } from '../shared/currency';

/** Where money of one currency was turned into another, in units of the ledger. */
interface Conversion {
  readonly payment: string;
  readonly from: Currency;
  readonly to: Currency;
  /** What the position takes of the one; negative when it gives it back. */
  readonly taken: number;
  /** What it takes of the other: of the opposite sign. */
  readonly given: number;
}

/** How much of `given` the position takes, and how much is the result of rates that differ. */
export interface Carried {
  readonly position: number;
  readonly result: number;
}

/**
 * What conversions of each payment left in each currency. Money that goes back takes its share of what it once brought
 * with it, at the rate of then; what Stripe's rate of now makes of it beyond that is a gain or a loss.
 */
export class CurrencyPositions {
  readonly #held = new Map<string, number>();

  hold(payment: string, currency: Currency, amount: number): void {
    const key = keyOf(payment, currency);
    this.#held.set(key, (this.#held.get(key) ?? 0) + amount);
  }

  take({ payment, from, to, taken, given }: Conversion): Carried {
    const [there, here] = [this.of(payment, from), this.of(payment, to)];
    const carried = carry({ there, here, taken, given });
    this.hold(payment, from, taken);
    this.hold(payment, to, carried.position);
    return carried;
  }

  private of(payment: string, currency: Currency): number {
    return this.#held.get(keyOf(payment, currency)) ?? 0;
  }
}

interface Movement {
  /** What the position holds of both currencies. */
  readonly there: number;
  readonly here: number;
  readonly taken: number;
  readonly given: number;
}

function carry({ there, here, taken, given }: Movement): Carried {
  const goesBack = Math.sign(there) === -Math.sign(taken) && there !== 0;
  if (!goesBack) return { position: given, result: 0 };
  if (Math.abs(taken) <= Math.abs(there)) {
    const share = portion(here, taken, there);
    return { position: share, result: given - share };
  }
  // All that was held goes back, and the rest is a conversion of its own, at the rate of now.
  const beyond = portion(given, there + taken, taken);
  return { position: beyond - here, result: given - beyond + here };
}

/** `amount * part / whole`, rounded to the nearest, halves away from zero. */
function portion(amount: number, part: number, whole: number): number {
  const [product, divisor] = [BigInt(amount) * BigInt(part), BigInt(whole)];
  const size = (value: bigint): bigint => (value < 0n ? -value : value);
  const rounded = (size(product) * 2n + size(divisor)) / (size(divisor) * 2n);
  return Number(product < 0n === divisor < 0n ? rounded : -rounded);
}

function keyOf(payment: string, currency: Currency): string {
  return `${payment} ${currency}`;
}
