import { Attempt, type AttemptRequest } from '../../src/domain/payment/attempt';
import type { IntentObservation } from '../../src/domain/payment/intent-observation';
import { Payment, type PaymentProps, type PaymentTerms } from '../../src/domain/payment/payment';
import { isCurrency, type Currency } from '../../src/domain/shared/currency';
import { Money } from '../../src/domain/shared/money';

/** Where the time of a test begins. */
export const NOON = new Date('2026-11-20T12:00:00.000Z');

export function after(milliseconds: number, from: Date = NOON): Date {
  return new Date(from.getTime() + milliseconds);
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function currency(code: string): Currency {
  if (!isCurrency(code)) throw new Error(`${code} is no currency`);
  return code;
}

export function money(amount: number, code = 'gbp'): Money {
  return Money.of(amount, currency(code));
}

export function termsOf(given: Partial<PaymentTerms> = {}): PaymentTerms {
  return {
    money: money(4_999),
    captureMethod: 'automatic',
    reference: 'booking_123',
    purpose: 'full',
    allowAnother: false,
    customer: null,
    description: null,
    metadata: {},
    serviceDate: null,
    expiresAt: after(DAY),
    ...given,
  };
}

/** A payment as it was stored, in any state. */
export function paymentIn(given: Partial<PaymentProps> = {}): Payment {
  const fresh = Payment.create('pay_1', termsOf(), NOON, 'test');
  return Payment.restore({ ...fresh.snapshot(), intent: 'pi_1', ...given });
}

export const CREATE = {
  operation: 'create',
  paymentMethod: null,
  confirm: false,
  returnUrl: null,
  stripeCustomer: null,
  offSession: false,
} as const;
export const CHARGE = { ...CREATE, paymentMethod: 'pm_card_visa', confirm: true } as const;
export const CONFIRM = {
  operation: 'confirm',
  paymentMethod: 'pm_card_visa',
  returnUrl: null,
  offSession: false,
} as const;
export const CAPTURE = { operation: 'capture', amount: 4_999 } as const;
export const CANCEL = { operation: 'cancel', reason: 'abandoned' } as const;

export function sent(request: AttemptRequest, at: Date = NOON): Attempt {
  return Attempt.send('att_1', 'pay_1', 'api', request, at);
}

export function inDoubt(request: AttemptRequest, doubt: 'server_error' | 'lost_answer' = 'lost_answer'): Attempt {
  const attempt = sent(request);
  attempt.doubtful(doubt, 'the answer was lost', NOON, NOON);
  return attempt;
}

/** An intent as Stripe shows it right after it was made. */
export function seen(given: Partial<IntentObservation> = {}): IntentObservation {
  return {
    intent: 'pi_1',
    paymentId: 'pay_1',
    attemptId: 'att_1',
    status: 'requires_payment_method',
    amount: 4_999,
    currency: 'gbp',
    capturable: 0,
    captured: 0,
    charge: null,
    paymentMethod: null,
    clientSecret: 'pi_1_secret_1',
    redirectUrl: null,
    nextAction: null,
    failure: null,
    failedCharge: null,
    cancellationReason: null,
    riskScore: null,
    riskLevel: null,
    ...given,
  };
}

export function declinedBy(charge: string | null, declineCode = 'insufficient_funds'): Partial<IntentObservation> {
  const failure = { code: 'card_declined', declineCode, message: 'Your card was declined.' };
  return { status: 'requires_payment_method', charge, failedCharge: charge, failure };
}

export function paid(charge = 'ch_1', amount = 4_999): Partial<IntentObservation> {
  return { status: 'succeeded', charge, captured: amount, paymentMethod: 'pm_1' };
}

export function reserved(charge = 'ch_1', amount = 4_999): Partial<IntentObservation> {
  return { status: 'authorized', charge, capturable: amount, paymentMethod: 'pm_1' };
}

/** The payer has to authenticate at the bank. */
export const CHALLENGE = {
  status: 'requires_action',
  nextAction: { type: 'redirect_to_url' },
  redirectUrl: 'https://bank.example/challenge',
} as const;
