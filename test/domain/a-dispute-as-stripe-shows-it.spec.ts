import { Dispute, disputeAgainstRefund, type DisputeObservation } from '../../src/domain/dispute/dispute';
import { DISPUTE_STATUSES, DISPUTE_TRANSITIONS } from '../../src/domain/dispute/dispute-status';
import { disputed, disputeOf, inquiry, reinstatement, withdrawal } from '../support/dispute-samples';
import { after, DAY, HOUR, NOON } from '../support/samples';

const typesOf = (dispute: Dispute) => dispute.pullEvents().map(({ type }) => type.replace('dispute.', ''));

/** As it is once Stripe shows it so. */
function shown(dispute: Dispute, seen: Partial<DisputeObservation>, at: Date = NOON): string[] {
  dispute.observe({ ...dispute.snapshot(), ...seen }, 'pay_1', at, 'event:evt_1');
  return typesOf(dispute);
}

function open(seen = disputed()): Dispute {
  const dispute = disputeOf(seen);
  dispute.pullEvents();
  return dispute;
}

describe('A dispute that Stripe shows for the first time', () => {
  it('is opened, and tells what was withdrawn', () => {
    const dispute = disputeOf(disputed());
    expect(dispute.pullEvents()).toMatchObject([
      {
        type: 'dispute.opened',
        paymentId: 'pay_1',
        data: { dispute: 'du_1', amount: 4_999, currency: 'gbp', reason: 'fraudulent', inquiry: false },
      },
      { type: 'dispute.funds_withdrawn', data: { balanceTransaction: 'txn_out', amount: -4_999, fee: 2_000 } },
    ]);
  });

  it('as an inquiry withdraws nothing', () => {
    const dispute = disputeOf(inquiry());
    expect(dispute.pullEvents()).toMatchObject([{ type: 'dispute.opened', data: { inquiry: true } }]);
    expect(dispute.withdrawn).toBe(0);
  });

  it('when it is over already tells that too', () => {
    expect(typesOf(disputeOf(disputed({ status: 'lost', dueBy: null })))).toEqual([
      'opened',
      'lost',
      'funds_withdrawn',
    ]);
  });

  it('of a charge that is none of ours is kept, without a history to stand on', () => {
    const dispute = disputeOf(disputed(), null);
    expect(dispute.snapshot()).toMatchObject({ paymentId: null, amount: 4_999, status: 'needs_response' });
    expect(dispute.pullEvents()).toEqual([]);
  });

  it('is told of on the history of the payment once that is known', () => {
    const dispute = disputeOf(disputed(), null);
    expect(shown(dispute, {})).toEqual(['opened']);
    expect(dispute.paymentId).toBe('pay_1');
  });
});

describe('What Stripe shows later', () => {
  it('changes nothing when it is the same', () => {
    const dispute = open();
    expect(dispute.observe(disputed(), 'pay_1', after(HOUR), 'sweeper')).toBe(false);
    expect(dispute.snapshot().updatedAt).toEqual(NOON);
  });

  it.each<[string, DisputeObservation, Partial<DisputeObservation>, string[]]>([
    ['won, with its money back', disputed(), won(), ['won', 'funds_reinstated']],
    ['lost', disputed(), { status: 'lost' }, ['lost']],
    ['under review', disputed(), { status: 'under_review', submissionCount: 1 }, ['under_review']],
    ['an inquiry that is closed', inquiry(), { status: 'warning_closed' }, ['warning_closed']],
    ['an inquiry that became a chargeback', inquiry(), disputed(), ['needs_response', 'funds_withdrawn']],
    ['prevented', inquiry(), { status: 'prevented' }, ['prevented']],
  ])('is told: %s', (_what, before, then, told) => {
    expect(shown(open(before), then)).toEqual(told);
  });

  it('never loses the payment that was found for it', () => {
    const dispute = open();
    dispute.observe({ ...disputed(), status: 'lost' }, null, NOON, 'test');
    expect(dispute.paymentId).toBe('pay_1');
  });

  it('of another dispute is a bug', () => {
    expect(() => open().observe(disputed({ id: 'du_2' }), 'pay_1', NOON, 'test')).toThrow('du_2 is not du_1');
  });

  const pairs = DISPUTE_STATUSES.flatMap((from) => DISPUTE_STATUSES.map((to) => [from, to] as const));
  const strange = pairs.filter(([from, to]) => from !== to && !DISPUTE_TRANSITIONS[from].includes(to));
  it.each(strange)('is stored though %s does not become %s, and is told as a contradiction', (from, to) => {
    const dispute = open(disputed({ status: from }));
    expect(shown(dispute, { status: to })).toEqual(['contradicted', to]);
    expect(dispute.status).toBe(to);
  });

  const usual = pairs.filter(([from, to]) => DISPUTE_TRANSITIONS[from].includes(to));
  it.each(usual)('is no contradiction when %s becomes %s', (from, to) => {
    expect(shown(open(disputed({ status: from })), { status: to })).toEqual([to]);
  });
});

describe('The deadline of a dispute', () => {
  const due = after(10 * DAY);
  it.each([
    [due, 3 * DAY + HOUR, 7],
    [due, 8 * DAY + HOUR, 2],
    [due, 9 * DAY + HOUR, 1],
  ])('%s comes near after %d milliseconds: %d days are left at most', (dueBy, passed, withinDays) => {
    const dispute = open(disputed({ dueBy }));
    expect(dispute.remind(after(passed), 'sweeper')).toBe(true);
    expect(dispute.pullEvents()).toMatchObject([{ type: 'dispute.deadline_approaching', data: { withinDays } }]);
    expect(dispute.remind(after(passed + HOUR), 'sweeper')).toBe(false);
  });

  it('is told of three times, and then that it was missed', () => {
    const dispute = open();
    for (let hours = 0; hours <= 300; hours += 6) dispute.remind(after(hours * HOUR), 'sweeper');
    const told = dispute.pullEvents().map(({ type, data }) => [type.replace('dispute.', ''), data.withinDays]);
    expect(told).toEqual([
      ['deadline_approaching', 7],
      ['deadline_approaching', 2],
      ['deadline_approaching', 1],
      ['deadline_missed', undefined],
    ]);
  });

  it('is not told of once evidence was submitted, or nothing is awaited', () => {
    const dispute = open(disputed({ status: 'under_review' }));
    expect(dispute.remind(after(9 * DAY), 'sweeper')).toBe(false);
    expect(open(disputed({ dueBy: null })).remind(after(9 * DAY), 'sweeper')).toBe(false);
  });

  it('that is a new one is told of anew', () => {
    const dispute = open(inquiry());
    dispute.remind(after(9 * DAY + HOUR), 'sweeper');
    dispute.pullEvents();
    const later = after(9 * DAY + 2 * HOUR);
    expect(shown(dispute, { status: 'needs_response', dueBy: after(11 * DAY) }, later)).toEqual([
      'needs_response',
      'deadline_approaching',
    ]);
  });

  it('is looked at in time', () => {
    const dispute = open();
    dispute.lookAgain(after(3 * DAY - HOUR));
    expect(dispute.snapshot().checkDueAt).toEqual(after(3 * DAY + 1_000));
  });
});

describe('When Stripe is asked again', () => {
  const nextLook = (seen: DisputeObservation, now = NOON) => {
    const dispute = disputeOf(seen);
    dispute.lookAgain(now);
    return dispute.snapshot().checkDueAt;
  };

  it('is within hours while it goes on', () => {
    expect(nextLook(disputed())).toEqual(after(6 * HOUR));
    expect(nextLook(disputed({ status: 'under_review', dueBy: null }))).toEqual(after(6 * HOUR));
  });

  it('is not at all once it is over and its money has moved', () => {
    expect(nextLook(disputed({ status: 'lost' }))).toBeNull();
    expect(nextLook(disputed(won()))).toBeNull();
    expect(nextLook(inquiry({ status: 'warning_closed' }))).toBeNull();
  });

  it('is within hours, for two months, when it is over and its money has yet to move', () => {
    expect(nextLook(disputed({ status: 'lost', movements: [] }))).toEqual(after(6 * HOUR));
    expect(nextLook(disputed({ status: 'won' }))).toEqual(after(6 * HOUR));
    expect(nextLook(disputed({ status: 'won' }), after(61 * DAY))).toBeNull();
  });
});

describe('A refund of a disputed charge', () => {
  it.each<[string, Partial<DisputeObservation>, boolean]>([
    ['needs_response', {}, true],
    ['under_review', { status: 'under_review' }, true],
    ['lost', { status: 'lost' }, true],
    ['prevented', { status: 'prevented' }, true],
    ['won, though the flag is an old one', { status: 'won' }, false],
    ['an open inquiry', { status: 'warning_needs_response', isChargeRefundable: true }, false],
    ['a closed inquiry, though the flag is an old one', { status: 'warning_closed' }, false],
  ])('%s: forbidden is %#', (_what, seen, forbidden) => {
    const dispute = disputeOf(disputed(seen));
    expect(disputeAgainstRefund([disputeOf(inquiry()), dispute])).toBe(forbidden ? dispute : null);
  });

  it('has nothing against it where there is no dispute', () => {
    expect(disputeAgainstRefund([])).toBeNull();
  });
});

describe('Evidence', () => {
  it.each<[string, Partial<DisputeObservation>, Date, string]>([
    ['lost', { status: 'lost' }, NOON, 'closed'],
    ['won', { status: 'won' }, NOON, 'closed'],
    ['a closed inquiry', { status: 'warning_closed' }, NOON, 'closed'],
    ['prevented', { status: 'prevented' }, NOON, 'closed'],
    ['under review', { status: 'under_review' }, NOON, 'under_review'],
    ['one that takes no answer', { dueBy: null }, NOON, 'no_answer_taken'],
    ['past its deadline', {}, after(10 * DAY + 1), 'past_deadline'],
  ])('is refused for %s', (_what, seen, now, why) => {
    expect(disputeOf(disputed(seen)).obstacleToEvidence(now)).toMatchObject({ kind: 'dispute_not_answerable', why });
  });

  it.each([disputed(), inquiry()])('is taken until the deadline', (seen) => {
    expect(disputeOf(seen).obstacleToEvidence(after(10 * DAY))).toBeNull();
  });
});

describe('What the ledger is told of a loss', () => {
  it('is what stays withdrawn, once', () => {
    const dispute = open();
    expect(dispute.noteLoss()).toBeNull();
    shown(dispute, { status: 'lost' });
    expect(dispute.noteLoss()).toEqual({ note: 1, kind: 'lost', amount: 4_999, currency: 'gbp' });
    expect(dispute.noteLoss()).toBeNull();
  });

  it('is the rest where a part came back', () => {
    const dispute = open();
    shown(dispute, { status: 'lost', movements: [withdrawal(), reinstatement(1_000)] });
    expect(dispute.noteLoss()).toMatchObject({ kind: 'lost', amount: 3_999 });
  });

  it('waits for the money to be withdrawn', () => {
    const dispute = open(disputed({ movements: [] }));
    shown(dispute, { status: 'lost' });
    expect(dispute.noteLoss()).toBeNull();
    shown(dispute, { movements: [withdrawal()] });
    expect(dispute.noteLoss()).toMatchObject({ kind: 'lost', amount: 4_999 });
  });

  it('is taken back by as much as comes back later, or wholly when it is won after all', () => {
    const dispute = open();
    shown(dispute, { status: 'lost' });
    dispute.noteLoss();
    shown(dispute, { movements: [withdrawal(), reinstatement(1_000)] });
    expect(dispute.noteLoss()).toEqual({ note: 2, kind: 'returned', amount: 1_000, currency: 'gbp' });
    shown(dispute, { status: 'won' });
    expect(dispute.noteLoss()).toEqual({ note: 3, kind: 'returned', amount: 3_999, currency: 'gbp' });
  });
});

function won(): Partial<DisputeObservation> {
  return { status: 'won', isChargeRefundable: true, movements: [withdrawal(), reinstatement()] };
}
