import { Refund } from '../../src/domain/refund/refund';
import {
  countsAsRefunded,
  REFUND_STATUSES,
  REFUND_TRANSITIONS,
  reserves,
  STRIPE_REFUND_STATUSES,
  type RefundStatus,
} from '../../src/domain/refund/refund-status';
import { ALL, askedFor, refundIn, sightOf } from '../support/refund-samples';
import { after, DAY, HOUR, money, NOON } from '../support/samples';

/** What may follow what, written down a second time: a change of the table has to be meant. */
const LEGAL: Record<RefundStatus, string> = {
  requested: 'approved rejected withdrawn superseded',
  approved: 'executing withdrawn superseded',
  rejected: '',
  withdrawn: '',
  superseded: '',
  executing: 'approved unknown pending requires_action succeeded failed canceled',
  unknown: 'withdrawn pending requires_action succeeded failed canceled',
  pending: 'requires_action succeeded failed canceled',
  requires_action: 'pending succeeded failed canceled',
  succeeded: 'failed canceled',
  failed: '',
  canceled: '',
};

const LATER = after(HOUR);

/** The one call that leads to a state. */
const LEAD: Record<RefundStatus, (refund: Refund) => void> = {
  requested: () => {
    throw new Error('nothing leads back to a request');
  },
  approved: (refund) => {
    if (refund.status === 'executing') refund.unreached('No connection.', LATER, LATER);
    else refund.approve('sub:fred', null, LATER);
  },
  rejected: (refund) => refund.reject('sub:fred', 'no', LATER),
  withdrawn: (refund) => refund.withdraw('sub:fred', null, LATER),
  superseded: (refund) => refund.supersede(LATER, 'event:evt_1'),
  executing: (refund) => refund.send(LATER),
  unknown: (refund) => refund.doubtful('lost_answer', 'It was lost.', LATER, LATER),
  pending: (refund) => show(refund, 'pending'),
  requires_action: (refund) => show(refund, 'requires_action'),
  succeeded: (refund) => show(refund, 'succeeded'),
  failed: (refund) => refund.refuse({ code: 'charge_disputed', message: 'No.' }, LATER, 'refund:ref_1'),
  canceled: (refund) => show(refund, 'canceled'),
};

/** As one that is legal here or else throws, where observing keeps silent. */
function show(refund: Refund, status: 'pending' | 'requires_action' | 'succeeded' | 'canceled'): void {
  if (!refund.observe(sightOf({ status }), LATER, 'test')) throw new Error(`${refund.status} cannot become ${status}`);
}

const pairs = REFUND_STATUSES.flatMap((from) =>
  REFUND_STATUSES.filter((to) => to !== from).map((to) => ({ from, to, legal: LEGAL[from].split(' ').includes(to) })),
);

it('has a row in the table for every status, and no status leads to itself', () => {
  expect(Object.keys(REFUND_TRANSITIONS).sort()).toEqual([...REFUND_STATUSES].sort());
  for (const status of REFUND_STATUSES) {
    expect([...REFUND_TRANSITIONS[status]].sort().join(' ')).toBe(LEGAL[status].split(' ').sort().join(' '));
  }
});

it.each(pairs.filter(({ legal }) => legal))('from $from to $to it goes, and says so', ({ from, to }) => {
  const refund = refundIn({ status: from });
  refund.pullEvents();
  LEAD[to](refund);
  expect(refund.status).toBe(to);
  expect(refund.pullEvents()).toMatchObject([
    { type: `refund.${to}`, paymentId: 'pay_1', data: { refund: 'ref_1', from, amount: 1_000, currency: 'gbp' } },
  ]);
});

it.each(pairs.filter(({ legal }) => !legal))('from $from to $to it never goes', ({ from, to }) => {
  const refund = refundIn({ status: from });
  const before = refund.snapshot();
  expect(() => LEAD[to](refund)).toThrow();
  expect(refund.snapshot()).toEqual(before);
});

it('reserves money from its request until it ends without any, and counts as refunded as Stripe counts it', () => {
  expect(REFUND_STATUSES.filter(reserves)).toEqual([
    'requested',
    'approved',
    'executing',
    'unknown',
    'pending',
    'requires_action',
    'succeeded',
  ]);
  expect(REFUND_STATUSES.filter(countsAsRefunded)).toEqual(['pending', 'requires_action', 'succeeded']);
});

describe('A refund that was asked for', () => {
  it('keeps who asked, why, by which rule and until when it is decided, and tells no note', () => {
    const refund = Refund.request('ref_1', askedFor({ note: 'Ada is ill', decision: ALL }), after(DAY), NOON);
    expect(refund.snapshot()).toMatchObject({
      status: 'requested',
      note: 'Ada is ill',
      decision: ALL,
      expiresAt: after(DAY),
    });
    const [event] = refund.pullEvents();
    expect(event).toMatchObject({
      type: 'refund.requested',
      cause: 'sub:sue',
      data: { refund: 'ref_1', rule: 'everything', version: 'built-in-1' },
    });
    expect(JSON.stringify(event)).not.toContain('Ada');
  });

  it('keeps who decided and when; a note of the decision stays out of its events', () => {
    const refund = refundIn();
    refund.pullEvents();
    refund.reject('sub:fred', 'Ada was there', LATER);
    expect(refund.snapshot()).toMatchObject({ decidedBy: 'sub:fred', decidedAt: LATER, decisionNote: 'Ada was there' });
    expect(JSON.stringify(refund.pullEvents())).not.toContain('Ada');
  });

  it('is withdrawn by nobody when nobody decided in time', () => {
    const refund = refundIn();
    refund.pullEvents();
    refund.withdraw(null, null, LATER);
    expect(refund.snapshot()).toMatchObject({ status: 'withdrawn', decidedBy: null });
    expect(refund.pullEvents()).toMatchObject([{ type: 'refund.withdrawn', cause: 'deadline' }]);
  });
});

describe('A refund at Stripe', () => {
  const executing = () => refundIn({ status: 'executing', firstSentAt: NOON });

  it.each([...STRIPE_REFUND_STATUSES])('that is shown as %s is taken over with its id', (status) => {
    const refund = executing();
    expect(refund.observe(sightOf({ status }), LATER, 'event:evt_1')).toBe(true);
    expect(refund.snapshot()).toMatchObject({ status, stripeRefund: 're_1', doubt: null });
    expect(refund.observe(sightOf({ status }), after(2 * HOUR), 'event:evt_2')).toBe(false);
  });

  it('fails days after it succeeded, and says why', () => {
    const refund = executing();
    refund.observe(sightOf(), NOON, 'refund:ref_1');
    refund.pullEvents();
    const failed = sightOf({ status: 'failed', failureReason: 'expired_or_canceled_card' });
    expect(refund.observe(failed, after(3 * DAY), 'event:evt_1')).toBe(true);
    expect(refund.snapshot().failure).toEqual({ code: 'expired_or_canceled_card', message: null });
    expect(refund.pullEvents()).toMatchObject([{ type: 'refund.failed', data: { from: 'succeeded' } }]);
    expect(refund.reserves).toBe(false);
  });

  it('does not go back when an older view comes late', () => {
    const refund = executing();
    refund.observe(sightOf({ status: 'failed', failureReason: 'declined' }), NOON, 'event:evt_1');
    const known = refund.snapshot();
    for (const status of ['pending', 'succeeded'] as const) {
      expect(refund.observe(sightOf({ status }), LATER, 'refund:ref_1')).toBe(false);
    }
    expect(refund.snapshot()).toBe(known);
  });

  it('that contradicts what is known is listed for a person, once', () => {
    const refund = refundIn({ status: 'failed', stripeRefund: 're_1' });
    refund.pullEvents();
    expect(refund.contradict(sightOf(), LATER, 'event:evt_1')).toBe(true);
    expect(refund.contradict(sightOf(), LATER, 'event:evt_2')).toBe(false);
    expect(refund.snapshot()).toMatchObject({ status: 'failed', attention: expect.stringContaining('succeeded') });
    expect(refund.pullEvents()).toHaveLength(1);
  });

  it('that waits for money on the balance is listed for a person until it goes on', () => {
    const refund = executing();
    refund.observe(sightOf({ status: 'pending', pendingReason: 'insufficient_funds' }), LATER, 'refund:ref_1');
    expect(refund.snapshot().attention).toContain('balance is too low');
    refund.observe(sightOf(), after(DAY), 'event:evt_1');
    expect(refund.snapshot()).toMatchObject({ status: 'succeeded', attention: null, pendingReason: null });
  });

  it('that waits is looked at again even if no event comes', () => {
    const refund = executing();
    refund.observe(sightOf({ status: 'pending', pendingReason: 'processing' }), NOON, 'refund:ref_1');
    expect(refund.snapshot().nextCheckAt).toEqual(after(6 * HOUR));
    refund.observe(sightOf({ status: 'succeeded' }), LATER, 'event:evt_1');
    expect(refund.snapshot().nextCheckAt).toBeNull();
  });

  it('is known by its id, or by ours in its metadata with the same amount and currency', () => {
    expect(executing().matches(sightOf())).toBe(true);
    expect(executing().matches(sightOf({ refundId: null }))).toBe(false);
    expect(executing().matches(sightOf({ refundId: 'ref_2' }))).toBe(false);
    expect(executing().matches(sightOf({ amount: 999 }))).toBe(false);
    expect(executing().matches(sightOf({ currency: 'eur' }))).toBe(false);
    expect(refundIn({ status: 'rejected' }).matches(sightOf())).toBe(false);
    const known = refundIn({ status: 'succeeded', stripeRefund: 're_1' });
    expect([known.matches(sightOf({ refundId: null })), known.matches(sightOf({ refund: 're_2' }))]).toEqual([
      true,
      false,
    ]);
  });

  it('made in the dashboard has a history that begins where it was found', () => {
    const seen = sightOf({ refundId: null, status: 'failed', failureReason: 'declined' });
    const refund = Refund.mirror('ref_2', 'pay_1', money(1_000), seen, LATER, 'event:evt_1');
    expect(refund.snapshot()).toMatchObject({ origin: 'dashboard', status: 'failed', stripeRefund: 're_1' });
    expect(refund.pullEvents().map(({ type }) => type)).toEqual(['refund.mirrored', 'refund.failed']);
  });
});

describe('A refund whose answer was lost', () => {
  const lost = (doubt: 'server_error' | 'lost_answer' = 'lost_answer') => {
    const refund = refundIn({ status: 'executing', firstSentAt: NOON });
    refund.doubtful(doubt, 'It was lost.', NOON, NOON);
    return refund;
  };

  it('is repeated for 23 hours and never after a 500, which Stripe would repeat too', () => {
    expect(lost().mayRepeat(after(23 * HOUR - 1))).toBe(true);
    expect(lost().mayRepeat(after(23 * HOUR))).toBe(false);
    expect(lost('server_error').mayRepeat(NOON)).toBe(false);
  });

  it('stays in doubt when the repeat is lost as well', () => {
    const refund = lost();
    refund.pullEvents();
    refund.doubtful('server_error', 'Stripe failed.', LATER, after(2 * HOUR));
    expect(refund.snapshot()).toMatchObject({ status: 'unknown', doubt: 'server_error', nextCheckAt: after(2 * HOUR) });
    expect(refund.pullEvents()).toEqual([]);
  });

  it('is given up by a person only, and only once nothing repeats it any more', () => {
    const refund = lost();
    expect(refund.mayWithdraw(after(DAY))).toBe(false);
    refund.handOver('Look at it.', LATER);
    refund.handOver('Look at it again.', LATER);
    expect(refund.snapshot().attention).toBe('Look at it.');
    expect(refund.mayWithdraw(LATER)).toBe(false);
    expect(refund.mayWithdraw(after(DAY))).toBe(true);
  });
});
