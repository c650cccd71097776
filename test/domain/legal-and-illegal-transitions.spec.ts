import { Attempt, type Settled } from '../../src/domain/payment/attempt';
import { ATTEMPT_STATES, ATTEMPT_TRANSITIONS, isOpen, type AttemptState } from '../../src/domain/payment/attempt-state';
import { PAYMENT_STATUSES, PAYMENT_TRANSITIONS, isFinal } from '../../src/domain/payment/payment-status';
import { after, NOON, paymentIn, seen, sent, CONFIRM } from '../support/samples';

/** What may follow what, written down a second time: a change of the table has to be meant. */
const PAYMENT = {
  requires_payment_method: 'requires_confirmation requires_action processing authorized succeeded canceled failed',
  requires_confirmation: 'requires_payment_method requires_action processing authorized succeeded canceled failed',
  requires_action: 'requires_payment_method requires_confirmation processing authorized succeeded canceled',
  processing: 'requires_payment_method requires_action authorized succeeded canceled',
  authorized: 'processing succeeded canceled',
  succeeded: '',
  canceled: '',
  failed: '',
} as const;

const ATTEMPT = {
  prepared: 'sent rejected',
  sent: 'succeeded declined rejected requires_action processing unknown never_reached',
  succeeded: '',
  declined: '',
  rejected: '',
  requires_action: 'succeeded declined rejected processing',
  processing: 'succeeded declined rejected requires_action',
  unknown: 'succeeded declined rejected requires_action processing',
  never_reached: 'sent rejected',
} as const;

const words = (text: string): string[] => (text === '' ? [] : text.split(' '));

const paymentPairs = PAYMENT_STATUSES.flatMap((from) =>
  PAYMENT_STATUSES.filter((to) => to !== from).map((to) => ({ from, to, legal: words(PAYMENT[from]).includes(to) })),
);
const attemptPairs = ATTEMPT_STATES.flatMap((from) =>
  ATTEMPT_STATES.map((to) => ({ from, to, legal: words(ATTEMPT[from]).includes(to) })),
);

describe('A payment', () => {
  it('has a row in the table for every status, and no status leads to itself', () => {
    expect(Object.keys(PAYMENT_TRANSITIONS).sort()).toEqual([...PAYMENT_STATUSES].sort());
    for (const status of PAYMENT_STATUSES) expect(PAYMENT_TRANSITIONS[status]).not.toContain(status);
  });

  it.each(paymentPairs.filter(({ legal }) => legal))(
    'that is $from becomes $to when Stripe shows it',
    ({ from, to }) => {
      const payment = paymentIn({ status: from });
      payment.observe(seen({ status: to }), after(1), 'test');
      expect(payment.status).toBe(to);
      expect(payment.pullEvents().map(({ type }) => type)).toContain(`payment.${to}`);
      expect(payment.snapshot().attention).toBeNull();
    },
  );

  it.each(paymentPairs.filter(({ legal }) => !legal))('that is $from never becomes $to', ({ from, to }) => {
    const payment = paymentIn({ status: from });
    payment.observe(seen({ status: to }), after(1), 'test');
    expect(payment.status).toBe(from);
    expect(payment.snapshot().attention).toContain(to);
    expect(payment.pullEvents().map(({ type }) => type)).toEqual(['payment.contradicted']);
  });

  it('is over when it succeeded, was canceled or failed, and not before', () => {
    expect(PAYMENT_STATUSES.filter(isFinal)).toEqual(['succeeded', 'canceled', 'failed']);
  });
});

/** Brings an attempt from one state to another, by whichever of its methods leads there. */
function move(attempt: Attempt, to: AttemptState): void {
  if (to === 'sent') attempt.resend(NOON);
  else if (to === 'unknown') attempt.doubtful('lost_answer', 'lost', NOON, NOON);
  else attempt.settle(to as Settled, {}, null, NOON);
}

function attemptIn(state: AttemptState): Attempt {
  return Attempt.restore({ ...sent(CONFIRM).snapshot(), state });
}

describe('An attempt', () => {
  it('has a row in the table for every state', () => {
    expect(Object.keys(ATTEMPT_TRANSITIONS).sort()).toEqual([...ATTEMPT_STATES].sort());
  });

  it.each(attemptPairs.filter(({ legal }) => legal))('that is $from may become $to', ({ from, to }) => {
    const attempt = attemptIn(from);
    move(attempt, to);
    expect(attempt.state).toBe(to);
  });

  const illegal = attemptPairs.filter(({ legal, from, to }) => !legal && !(from === 'unknown' && to === 'unknown'));
  it.each(illegal)('that is $from cannot become $to', ({ from, to }) => {
    const attempt = attemptIn(from);
    expect(() => move(attempt, to)).toThrow(`${from} cannot become ${to}`);
    expect(attempt.state).toBe(from);
  });

  it('whose repeat is lost as well stays in doubt', () => {
    const attempt = attemptIn('unknown');
    attempt.doubtful('server_error', 'again', NOON, after(5));
    expect(attempt.snapshot()).toMatchObject({ state: 'unknown', doubt: 'server_error', nextCheckAt: after(5) });
  });

  it('that is in doubt never becomes one that never left', () => {
    expect(() => attemptIn('unknown').settle('never_reached', {}, null, NOON)).toThrow();
  });

  it('is open while it may still change something at Stripe', () => {
    expect(ATTEMPT_STATES.filter(isOpen)).toEqual(['prepared', 'sent', 'unknown']);
  });

  it('keeps its idempotency key however often it is sent', () => {
    const attempt = attemptIn('never_reached');
    const key = attempt.idempotencyKey;
    attempt.resend(after(60));
    expect([attempt.idempotencyKey, key]).toEqual(['cashdesk-att_1', 'cashdesk-att_1']);
  });

  it('that is settled says nothing of the doubt that it was in', () => {
    const attempt = attemptIn('unknown');
    attempt.doubtful('lost_answer', 'the answer was lost', NOON, NOON);
    attempt.handOver('look at it', NOON);
    attempt.settle('succeeded', { charge: 'ch_1' }, 'req_1', after(9));
    expect(attempt.snapshot()).toMatchObject({
      state: 'succeeded',
      doubt: null,
      message: null,
      charge: 'ch_1',
      settledAt: after(9),
      nextCheckAt: null,
      handedOverAt: null,
      handedOverReason: null,
    });
  });
});
