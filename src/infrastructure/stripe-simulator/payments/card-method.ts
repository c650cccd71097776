import type Stripe from 'stripe';
import type { Context } from '../core/context';
import { ApiError, invalidRequest, parameterMissing, resourceMissing } from '../core/errors';
import { newFingerprint } from '../core/ids';
import type { CardDetails } from './payment-method-params';
import { testCardOfLegacyToken, testCardOfNumber, type TestCard } from './test-cards';

interface Expiry {
  exp_month: number;
  exp_year: number;
}

/** The card that a token or a number stands for; what is wrong with a number is told as the card's own error. */
export function readCard(ctx: Context, given: CardDetails): { card: TestCard; expiry: Expiry; cvc: boolean } {
  if (given.token !== undefined) return { card: cardOfToken(given.token), expiry: tokenExpiry(ctx), cvc: true };
  const { number, exp_month: month, exp_year: year, cvc } = given;
  if (number === undefined) throw parameterMissing('card[number]');
  if (month === undefined) throw parameterMissing('card[exp_month]');
  if (year === undefined) throw parameterMissing('card[exp_year]');
  const card = cardOfNumber(number.replaceAll(/[ -]/g, ''));
  const expiry = checkExpiry(ctx, month, year);
  if (cvc !== undefined && !new RegExp(card.brand === 'amex' ? '^\\d{3,4}$' : '^\\d{3}$').test(cvc)) {
    throw cardError('invalid_cvc', "Your card's security code is invalid.", 'cvc');
  }
  return { card, expiry, cvc: cvc !== undefined };
}

function cardOfToken(token: string): TestCard {
  const card = testCardOfLegacyToken(token);
  if (card !== undefined) return card;
  if (token.startsWith('tok_')) throw resourceMissing('token', token, 'card[token]', 400);
  throw invalidRequest(`Invalid token id: ${token}`, { param: 'token' });
}

function cardOfNumber(number: string): TestCard {
  if (!/^\d{12,19}$/.test(number)) {
    throw cardError('invalid_number', 'The card number is not a valid credit card number.', 'number');
  }
  if (!passesLuhn(number)) throw cardError('incorrect_number', 'Your card number is incorrect.', 'number');
  const card = testCardOfNumber(number);
  if (card !== undefined) return card;
  throw new ApiError(402, {
    type: 'card_error',
    code: 'card_declined',
    decline_code: 'test_mode_live_card',
    message:
      'Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid test cards, visit: https://stripe.com/docs/testing.',
  });
}

function passesLuhn(number: string): boolean {
  let sum = 0;
  for (let at = 0; at < number.length; at += 1) {
    const value = Number(number.charAt(number.length - 1 - at)) * (at % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** A card is good to the end of its month; two digits mean a year of the next fifty or of the past. */
export function checkExpiry(ctx: Context, month: number, year: number): Expiry {
  if (month < 1 || month > 12) {
    throw cardError('invalid_expiry_month', "Your card's expiration month is invalid.", 'exp_month');
  }
  const now = new Date(ctx.clock.nowMs());
  const thisYear = now.getUTCFullYear();
  const short = 2000 + year <= thisYear + 50 ? 2000 + year : 1900 + year;
  const full = year < 100 ? short : year;
  if (full < thisYear || full > thisYear + 50) {
    throw cardError('invalid_expiry_year', "Your card's expiration year is invalid.", 'exp_year');
  }
  if (full === thisYear && month < now.getUTCMonth() + 1) {
    throw cardError('invalid_expiry_month', "Your card's expiration month is invalid.", 'exp_month');
  }
  return { exp_month: month, exp_year: full };
}

export function tokenExpiry(ctx: Context): Expiry {
  return { exp_month: 8, exp_year: new Date(ctx.clock.nowMs()).getUTCFullYear() + 1 };
}

/** `cvcCheck` tells what the bank made of the security code: nothing until it is asked. */
export function cardFields(card: TestCard, expiry: Expiry, cvcCheck: 'unchecked' | null): Stripe.PaymentMethod.Card {
  return {
    brand: card.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: cvcCheck },
    country: 'US',
    display_brand: card.brand === 'amex' ? 'american_express' : card.brand,
    ...expiry,
    fingerprint: newFingerprint(),
    funding: card.funding,
    generated_from: null,
    last4: card.number.slice(-4),
    networks: { available: [card.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: card.threeDSecure },
    wallet: null,
  };
}

function cardError(code: string, message: string, param: string): ApiError {
  return new ApiError(402, { type: 'card_error', code, param, message });
}
