import type Stripe from 'stripe';

/** Stripe's decimals have at most twelve places behind the point. */
const PLACES = 12;
const ONE = 10n ** BigInt(PLACES);

/** On the wire a decimal is text; the SDK's class is only what it reads from that. */
export function decimal(text: string): Stripe.Decimal {
  return text as unknown as Stripe.Decimal;
}

export function decimalText(value: Stripe.Decimal): string {
  return value.toString();
}

/** In units of a millionth of a millionth. */
export function scaled(text: string): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const digits = BigInt(whole) * ONE + BigInt(fraction.slice(0, PLACES).padEnd(PLACES, '0') || '0');
  return text.startsWith('-') ? -digits : digits;
}

/** The whole number nearest to `value * times / by`; a half goes away from zero. */
export function share(value: number, times: bigint, by: bigint): number {
  const product = BigInt(value) * times;
  const negative = product < 0n !== by < 0n;
  const size = product < 0n ? -product : product;
  const divisor = by < 0n ? -by : by;
  const rounded = (size * 2n + divisor) / (divisor * 2n);
  return Number(negative ? -rounded : rounded);
}

/** `value` times a decimal number, to the nearest whole. */
export function times(value: number, factor: string): number {
  return share(value, scaled(factor), ONE);
}

/** That much of a hundred. */
export function percentOf(value: number, percent: number): number {
  return share(value, scaled(plain(percent)), 100n * ONE);
}

/** Without an exponent, however small it is. */
export function plain(number: number): string {
  return number.toFixed(PLACES).replace(/\.?0+$/, '');
}

/** Shares of a whole in proportion to the weights; they add up to it exactly, the larger remainders taking the rest. */
export function spread(whole: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum === 0) return weights.map(() => 0);
  const products = weights.map((weight) => BigInt(whole) * BigInt(weight));
  const shares = products.map((product) => Number(product / BigInt(sum)));
  let rest = whole - shares.reduce((total, part) => total + part, 0);
  const byRemainder = products
    .map((product, at) => ({ at, remainder: Math.abs(Number(product % BigInt(sum))) }))
    .sort((a, b) => b.remainder - a.remainder || a.at - b.at);
  const step = Math.sign(rest);
  for (const { at } of byRemainder) {
    if (rest === 0) break;
    shares[at] = (shares[at] ?? 0) + step;
    rest -= step;
  }
  return shares;
}
