import type Stripe from 'stripe';
import { decimal } from '../../src/infrastructure/stripe-simulator/billing/decimals';
import { amountOf } from '../../src/infrastructure/stripe-simulator/billing/price-amount';

function price(terms: Partial<Stripe.Price>): Stripe.Price {
  return {
    id: 'price_1',
    object: 'price',
    active: true,
    billing_scheme: 'per_unit',
    created: 0,
    currency: 'gbp',
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: 'prod_1',
    recurring: null,
    tax_behavior: 'unspecified',
    tiers_mode: null,
    transform_quantity: null,
    type: 'one_time',
    unit_amount: null,
    unit_amount_decimal: null,
    ...terms,
  };
}

function tier(upTo: number | null, unit: string, flat: string | null = null): Stripe.Price.Tier {
  return {
    flat_amount: null,
    flat_amount_decimal: flat === null ? null : decimal(flat),
    unit_amount: null,
    unit_amount_decimal: decimal(unit),
    up_to: upTo,
  };
}

const TIERS = [tier(5, '500', '1000'), tier(10, '400'), tier(null, '300', '200')];

describe('What a quantity costs', () => {
  it.each<[what: string, unit: string, quantity: number, expected: number]>([
    ['whole pence', '250', 4, 1_000],
    ['nothing of it', '250', 0, 0],
    ['fractions that make a whole', '0.25', 4, 1],
    ['a half, which goes up', '0.5', 3, 2],
    ['less than a half', '0.1', 4, 0],
    ['twelve places', '0.000000000001', 1_000_000, 0],
    ['a credit', '-250', 2, -500],
  ])('by the unit: %s', (_what, unit, quantity, expected) => {
    expect(amountOf(price({ unit_amount_decimal: decimal(unit) }), quantity)).toBe(expected);
  });

  it.each<[quantity: number, round: 'down' | 'up', expected: number]>([
    [20, 'up', 1_000],
    [21, 'up', 1_500],
    [29, 'down', 1_000],
    [9, 'down', 0],
  ])('in packages of ten: %i rounded %s', (quantity, round, expected) => {
    const packed = price({ unit_amount_decimal: decimal('500'), transform_quantity: { divide_by: 10, round } });
    expect(amountOf(packed, quantity)).toBe(expected);
  });

  it.each<[quantity: number, expected: number]>([
    [0, 1_000],
    [1, 1_500],
    [5, 3_500],
    [6, 3_900],
    [10, 5_500],
    [12, 6_300],
  ])('each part at its own tier: %i', (quantity, expected) => {
    expect(amountOf(price({ billing_scheme: 'tiered', tiers_mode: 'graduated' }), quantity, TIERS)).toBe(expected);
  });

  it.each<[quantity: number, expected: number]>([
    [5, 3_500],
    [6, 2_400],
    [10, 4_000],
    [12, 3_800],
  ])('all of it at the tier of the whole: %i', (quantity, expected) => {
    expect(amountOf(price({ billing_scheme: 'tiered', tiers_mode: 'volume' }), quantity, TIERS)).toBe(expected);
  });
});
