import { backoff, pauseWhileAway } from '../../src/domain/shared/backoff';
import { Attempt, NO_CHARGE, type AttemptRequest } from '../../src/domain/payment/attempt';
import type { IntentObservation } from '../../src/domain/payment/intent-observation';
import {
  acceptedAs,
  isOver,
  mayRepeat,
  provenBy,
  REPEATABLE_FOR,
  settlementStep,
  UNDER_WAY_FOR,
} from '../../src/domain/payment/settlement';
import {
  after,
  CANCEL,
  CAPTURE,
  CHALLENGE,
  CHARGE,
  CONFIRM,
  CREATE,
  DAY,
  declinedBy,
  HOUR,
  inDoubt,
  MINUTE,
  NOON,
  paid,
  paymentIn,
  reserved,
  seen,
  sent,
} from '../support/samples';

const wanted = paymentIn({ intent: null, expiresAt: after(2 * DAY) });

describe('What is done about a lost answer', () => {
  it('is to read the intent where it is known', () => {
    expect(settlementStep(paymentIn(), inDoubt(CONFIRM), after(1))).toBe('read');
  });

  it('is to repeat the very same request where the intent is not known', () => {
    expect(settlementStep(wanted, inDoubt(CHARGE), after(1))).toBe('repeat');
  });

  it('is to look through the list once Stripe may have forgotten the key, an hour before it does', () => {
    expect(REPEATABLE_FOR).toBe(23 * HOUR);
    expect(settlementStep(wanted, inDoubt(CHARGE), after(23 * HOUR - 1))).toBe('repeat');
    expect(settlementStep(wanted, inDoubt(CHARGE), after(23 * HOUR))).toBe('list');
  });

  it('is to look through the list when Stripe stored a 500 under the key', () => {
    expect(settlementStep(wanted, inDoubt(CHARGE, 'server_error'), after(1))).toBe('list');
  });

  it('is to look through the list when the payer no longer wants it', () => {
    const expired = paymentIn({ intent: null, expiresAt: after(HOUR) });
    expect(settlementStep(expired, inDoubt(CHARGE), after(HOUR - 1))).toBe('repeat');
    expect(settlementStep(expired, inDoubt(CHARGE), after(HOUR))).toBe('list');
  });
});

describe('A repeat', () => {
  it.each<[string, AttemptRequest, boolean]>([
    ['create', CHARGE, false],
    ['confirm', CONFIRM, false],
    ['capture', CAPTURE, true],
    ['cancel', CANCEL, true],
  ])('of a %s after the expiry of the payment: %s', (_operation, request, allowed) => {
    const expired = paymentIn({ status: 'authorized', expiresAt: NOON });
    expect(mayRepeat(expired, inDoubt(request), after(1))).toBe(allowed);
  });

  it.each([CHARGE, CONFIRM, CAPTURE, CANCEL])('of a stored 500 teaches nothing ($operation)', (request) => {
    expect(mayRepeat(wanted, inDoubt(request, 'server_error'), after(1))).toBe(false);
  });

  it.each([CHARGE, CONFIRM, CAPTURE, CANCEL])('after 23 hours might be a new request ($operation)', (request) => {
    expect(mayRepeat(wanted, inDoubt(request), after(23 * HOUR))).toBe(false);
  });
});

describe('A request of which the intent shows no effect', () => {
  it('may still be under way for a while after Stripe answered with an error of its own', () => {
    expect(isOver(wanted, inDoubt(CONFIRM, 'server_error'), after(UNDER_WAY_FOR - 1))).toBe(false);
    expect(isOver(wanted, inDoubt(CONFIRM, 'server_error'), after(UNDER_WAY_FOR))).toBe(true);
  });

  it('may still be under way for a while after the payer wanted it last', () => {
    const expired = paymentIn({ expiresAt: after(HOUR) });
    expect(isOver(expired, inDoubt(CONFIRM), after(HOUR))).toBe(false);
    expect(isOver(expired, inDoubt(CONFIRM), after(HOUR + UNDER_WAY_FOR - 1))).toBe(false);
    expect(isOver(expired, inDoubt(CONFIRM), after(HOUR + UNDER_WAY_FOR))).toBe(true);
  });

  it('may still be under way for a while after it was sent, though the payment had expired by then', () => {
    const expired = paymentIn({ expiresAt: after(-HOUR) });
    expect(isOver(expired, inDoubt(CONFIRM), after(UNDER_WAY_FOR - 1))).toBe(false);
    expect(isOver(expired, inDoubt(CONFIRM), after(UNDER_WAY_FOR))).toBe(true);
  });

  it('of a capture may be repeated, so that it is not over, until Stripe forgets the key', () => {
    const expired = paymentIn({ status: 'authorized', expiresAt: after(-HOUR) });
    expect(isOver(expired, inDoubt(CAPTURE), after(22 * HOUR))).toBe(false);
    expect(isOver(expired, inDoubt(CAPTURE), after(23 * HOUR + UNDER_WAY_FOR))).toBe(true);
  });
});

type Proof = [what: string, request: AttemptRequest, shown: Partial<IntentObservation>, state: string | null];

describe('An intent that is found', () => {
  it.each<Proof>([
    ['a create', CREATE, {}, 'succeeded'],
    ['a charge', CHARGE, paid(), 'succeeded'],
    ['a charge', CHARGE, reserved(), 'succeeded'],
    ['a charge', CHARGE, declinedBy('ch_1'), 'declined'],
    ['a charge', CHARGE, CHALLENGE, 'requires_action'],
    ['a charge', CHARGE, { status: 'processing' }, 'processing'],
    ['a charge', CHARGE, { status: 'canceled' }, 'rejected'],
    ['a confirmation', CONFIRM, paid(), 'succeeded'],
    ['a confirmation', CONFIRM, reserved(), 'succeeded'],
    ['a confirmation', CONFIRM, declinedBy('ch_1'), 'declined'],
    ['a confirmation', CONFIRM, CHALLENGE, 'requires_action'],
    ['a confirmation', CONFIRM, { status: 'canceled' }, 'rejected'],
    ['a confirmation', CONFIRM, {}, null],
    ['a confirmation', CONFIRM, { status: 'requires_confirmation' }, null],
    ['a capture', CAPTURE, paid(), 'succeeded'],
    ['a capture', CAPTURE, reserved(), null],
    ['a capture', CAPTURE, { status: 'canceled' }, 'rejected'],
    ['a capture of all', CAPTURE, paid('ch_1', 300), 'rejected'],
    ['a cancellation', CANCEL, { status: 'canceled' }, 'succeeded'],
    ['a cancellation', CANCEL, paid(), 'rejected'],
    ['a cancellation', CANCEL, {}, null],
  ])('proves of %s (%j) that shows %j: %s', (_what, request, shown, state) => {
    const status = request.operation === 'capture' ? 'authorized' : 'requires_payment_method';
    const before = paymentIn({ status });
    expect(provenBy(inDoubt(request), seen(shown), before, true)?.state ?? null).toBe(state);
  });

  it('proves nothing of what the client did, for that is no request of ours', () => {
    const mirrored = Attempt.mirror('att_2', 'pay_1', { ...NO_CHARGE, charge: 'ch_1' }, 'succeeded', NOON);
    expect(provenBy(mirrored, seen(paid()), paymentIn(), true)).toBeNull();
  });

  it.each([
    ['a refusal', declinedBy('ch_9')],
    ['a challenge', CHALLENGE],
  ])('with %s says nothing of a confirmation that may still be under way', (_what, shown) => {
    const before = paymentIn({ updatedAt: after(-MINUTE) });
    expect(provenBy(inDoubt(CONFIRM), seen(shown), before, false)).toBeNull();
    expect(provenBy(inDoubt(CONFIRM), seen(paid()), before, false)?.state).toBe('succeeded');
  });

  it('that was not confirmed yet proves nothing of a charge', () => {
    expect(provenBy(inDoubt(CHARGE), seen({ status: 'requires_confirmation' }), wanted, true)).toBeNull();
    expect(provenBy(inDoubt(CHARGE), seen({}), wanted, true)).toBeNull();
  });

  it('with the refusal that was known before says nothing of a second confirmation', () => {
    const { failure } = seen(declinedBy('ch_1'));
    const before = paymentIn({ failure, charge: 'ch_1', updatedAt: after(-MINUTE) });
    expect(provenBy(inDoubt(CONFIRM), seen(declinedBy('ch_1')), before, true)).toBeNull();
    expect(provenBy(inDoubt(CONFIRM), seen(declinedBy('ch_2')), before, true)?.state).toBe('declined');
  });

  it('with the challenge of an earlier confirmation says nothing of a second one', () => {
    const before = paymentIn({ ...CHALLENGE, updatedAt: after(-MINUTE) });
    expect(provenBy(inDoubt(CONFIRM), seen(CHALLENGE), before, true)).toBeNull();
    const another = { ...CHALLENGE, redirectUrl: 'https://bank.example/another' };
    expect(provenBy(inDoubt(CONFIRM), seen(another), before, true)?.state).toBe('requires_action');
  });

  it('with the refusal that a webhook told us of after it was sent proves it declined', () => {
    const { failure } = seen(declinedBy('ch_1'));
    const told = paymentIn({ failure, charge: 'ch_1', updatedAt: after(MINUTE) });
    const proof = provenBy(inDoubt(CONFIRM, 'server_error'), seen(declinedBy('ch_1')), told, true);
    expect(proof).toMatchObject({ state: 'declined', report: { charge: 'ch_1' } });
  });

  it('shows of a decline what Stripe said and which charge it was', () => {
    const proof = provenBy(
      inDoubt(CHARGE),
      seen({ ...declinedBy('ch_9'), riskScore: 7, riskLevel: 'normal' }),
      wanted,
      true,
    );
    expect(proof?.report).toEqual({
      charge: 'ch_9',
      code: 'card_declined',
      declineCode: 'insufficient_funds',
      message: 'Your card was declined.',
      riskScore: 7,
      riskLevel: 'normal',
    });
  });
});

describe('A call that Stripe accepted', () => {
  it.each<[AttemptRequest, Partial<IntentObservation>, string, string | null]>([
    [CREATE, {}, 'succeeded', null],
    [CHARGE, paid(), 'succeeded', 'ch_1'],
    [CONFIRM, { status: 'requires_action' }, 'requires_action', null],
    [CONFIRM, { status: 'processing' }, 'processing', null],
    [CAPTURE, paid(), 'succeeded', null],
    [CANCEL, { status: 'canceled', charge: 'ch_1' }, 'succeeded', null],
  ])('%j that shows %j is %s, with the charge %s', (request, shown, state, charge) => {
    const proof = acceptedAs(sent(request), seen(shown));
    expect([proof.state, proof.report.charge ?? null]).toEqual([state, charge]);
  });
});

describe('The time until the next look', () => {
  const among = (checks: number) => Array.from({ length: 500 }, (_, n) => backoff(checks, `att_${String(n)}`));

  it.each([
    [0, 1_000],
    [1, 2_000],
    [3, 8_000],
    [10, 900_000],
    [100, 900_000],
    [101, 6 * 3_600_000],
  ])('after %d looks is %d ms at most, and half of that at least', (checks, most) => {
    expect(Math.max(...among(checks))).toBeLessThanOrEqual(most);
    expect(Math.min(...among(checks))).toBeGreaterThanOrEqual(most / 2);
  });

  it('spreads what failed together, and is the same for the same look', () => {
    const tenths = new Map<number, number>();
    for (const pause of among(6)) {
      const tenth = Math.floor((pause / 64_000 - 0.5) * 20);
      tenths.set(tenth, (tenths.get(tenth) ?? 0) + 1);
    }
    expect(Math.max(...tenths.values())).toBeLessThan(100);
    expect(backoff(6, 'att_1')).toBe(backoff(6, 'att_1'));
    expect(backoff(6, 'att_1') / 2).not.toBe(backoff(5, 'att_1'));
  });

  it('is 5 to 20 seconds while Stripe does not answer, however long that lasts', () => {
    const pauses = Array.from({ length: 500 }, (_, n) => pauseWhileAway(`att_${String(n)}`));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(5_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(20_000);
    expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(14_000);
  });
});
