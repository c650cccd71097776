import { PAYMENT_OPERATIONS, PAYMENT_STATUSES, type PaymentOperation } from '../../src/domain/payment/payment-status';
import { after, DAY, NOON, paymentIn } from '../support/samples';

const ALLOWED: Record<PaymentOperation, string> = {
  confirm: 'requires_payment_method requires_confirmation requires_action',
  capture: 'authorized',
  cancel: 'requires_payment_method requires_confirmation requires_action authorized',
};

const cases = (Object.keys(PAYMENT_OPERATIONS) as PaymentOperation[]).flatMap((operation) =>
  PAYMENT_STATUSES.map((status) => ({ operation, status, allowed: ALLOWED[operation].split(' ').includes(status) })),
);

describe('An operation', () => {
  it.each(cases.filter(({ allowed }) => allowed))('$operation is allowed while $status', ({ operation, status }) => {
    expect(paymentIn({ status }).allows(operation)).toEqual({ ok: true, value: undefined });
  });

  it.each(cases.filter(({ allowed }) => !allowed))('$operation is refused while $status', ({ operation, status }) => {
    expect(paymentIn({ status }).allows(operation)).toEqual({
      ok: false,
      error: { kind: 'transition_forbidden', operation, status },
    });
  });

  it('other than a cancellation needs Stripe to know the payment', () => {
    const unsent = { intent: null, status: 'requires_payment_method' } as const;
    expect(paymentIn(unsent).allows('confirm')).toMatchObject({ error: { kind: 'not_at_stripe' } });
    expect(paymentIn({ ...unsent, status: 'authorized' }).allows('capture')).toMatchObject({
      error: { kind: 'not_at_stripe' },
    });
    expect(paymentIn(unsent).allows('cancel').ok).toBe(true);
  });
});

describe('A capture', () => {
  const payment = paymentIn({ status: 'authorized', capturable: 3_000 });

  it.each([1, 2_999, 3_000])('of %d out of 3000 is allowed', (amount) => {
    expect(payment.allowsCapture(amount).ok).toBe(true);
  });

  it.each([3_001, 4_999])('of %d out of 3000 is refused, with what is left', (amount) => {
    expect(payment.allowsCapture(amount)).toMatchObject({
      error: { kind: 'capture_exceeds_authorization', capturable: 3_000 },
    });
  });

  it('is refused for its state before it is for its amount', () => {
    expect(paymentIn({ status: 'succeeded' }).allowsCapture(9_999)).toMatchObject({
      error: { kind: 'transition_forbidden', status: 'succeeded' },
    });
  });
});

describe('A payment', () => {
  it('is wanted until the moment of its expiry', () => {
    const payment = paymentIn({ expiresAt: after(DAY) });
    expect(payment.isWanted(after(DAY - 1))).toBe(true);
    expect(payment.isWanted(after(DAY))).toBe(false);
  });

  it.each(['succeeded', 'canceled', 'failed'] as const)('that %s is wanted no more', (status) => {
    expect(paymentIn({ status }).isWanted(NOON)).toBe(false);
  });

  it('is not confirmed once it expired', () => {
    const payment = paymentIn({ expiresAt: after(DAY) });
    expect(payment.allowsConfirm(after(DAY - 1)).ok).toBe(true);
    expect(payment.allowsConfirm(after(DAY))).toEqual({
      ok: false,
      error: { kind: 'payment_expired', expiresAt: after(DAY) },
    });
  });
});
