import { addDays } from '../../src/domain/shared/calendar';
import { disputed, disputeOf, inquiry } from '../support/dispute-samples';
import { QuoteDesk } from '../support/fakes/quote-desk';
import { after, DAY, HOUR, money } from '../support/samples';

let desk: QuoteDesk;
beforeEach(() => {
  desk = new QuoteDesk();
  desk.has();
});

describe('A quote', () => {
  it('says what comes back, by which rule, and who must agree', async () => {
    const answer = await desk.ask();
    expect(answer).toMatchObject({
      ok: true,
      value: {
        decision: { amount: 10_000, maximum: 10_000, currency: 'gbp', rule: 'all_until_14_days_before' },
        passage: { kind: 'at_once' },
      },
    });
  });

  it('goes by the time at which it is asked', async () => {
    desk.clock.move(20 * DAY);
    expect(await desk.ask()).toMatchObject({
      value: { decision: { amount: 5_000, rule: 'half_until_7_days_before' } },
    });
    desk.clock.move(5 * DAY);
    expect(await desk.ask()).toMatchObject({ value: { decision: { outcome: 'nothing', amount: 0 } } });
  });

  it('counts what was captured, not what was asked', async () => {
    desk.has({ captured: 4_000 });
    expect(await desk.ask()).toMatchObject({ value: { decision: { amount: 4_000, parts: { paid: 4_000 } } } });
  });

  it('takes into account what was refunded and what is reserved', async () => {
    desk.standings.standing = { ...desk.standings.standing, taken: 7_000 };
    expect(await desk.ask()).toMatchObject({ value: { decision: { amount: 3_000, parts: { left: 3_000 } } } });
  });

  it('counts windows of the payment from when it was captured', async () => {
    desk.standings.standing = { paidAt: after(-91 * DAY), taken: 0 };
    desk.has({ serviceDate: '2026-11-22' });
    const late = { value: { decision: { amount: 0, rule: 'nothing_after' } } };
    expect(await desk.ask({ reason: 'duplicate' })).toMatchObject(late);
    desk.standings.standing = { paidAt: after(-90 * DAY), taken: 0 };
    expect(await desk.ask({ reason: 'duplicate' })).toMatchObject({ value: { decision: { amount: 10_000 } } });
  });

  it('stores nothing', async () => {
    const before = structuredClone([...desk.store.tables.payments.values()].map(({ money: _money, ...rest }) => rest));
    await desk.ask();
    expect([...desk.store.tables.payments.values()].map(({ money: _money, ...rest }) => rest)).toEqual(before);
    expect(desk.store.tables.events).toEqual([]);
  });
});

describe('A second person', () => {
  it('is needed beyond what the one who asks may do in a day, which is the day of the policies', async () => {
    desk.standings.givenToday = 90_001;
    expect(await desk.ask()).toMatchObject({ value: { passage: { kind: 'needs_approval', because: 'per_day' } } });
    // Noon by UTC on 20 November is within the 20th of Madrid, which begins an hour before that of UTC.
    const from = new Date('2026-11-19T23:00:00Z');
    expect(desk.standings.spans).toEqual([{ from, until: new Date(from.getTime() + 24 * HOUR) }]);
  });

  it('is decided without looking at the day where that cannot matter', async () => {
    await desk.ask({ role: 'admin' });
    await desk.ask({ role: 'customer' });
    expect(desk.standings.spans).toEqual([]);
  });

  it('is needed for what a customer asks', async () => {
    const passage = { kind: 'needs_approval', because: 'at_once', limit: 0 };
    expect(await desk.ask({ role: 'customer' })).toMatchObject({ value: { passage } });
  });
});

describe('There is no quote', () => {
  const refusal = async (...asked: Parameters<QuoteDesk['ask']>) => {
    const answer = await desk.ask(...asked);
    return answer.ok ? null : answer.error;
  };

  it('of a payment that is not there', async () => {
    expect(await refusal({}, 'pay_2')).toEqual({ kind: 'payment_not_found' });
  });

  it.each(['requires_payment_method', 'processing', 'authorized', 'canceled', 'failed'] as const)(
    'of a payment that is %s',
    async (status) => {
      desk.has({ status, captured: 0 });
      expect(await refusal()).toEqual({ kind: 'payment_not_refundable', status });
    },
  );

  it('of a payment that is disputed, while an inquiry changes nothing', async () => {
    await desk.disputes.add(disputeOf(inquiry({ id: 'du_2' })));
    expect(await refusal()).toBeNull();
    await desk.disputes.add(disputeOf(disputed()));
    expect(await refusal()).toEqual({ kind: 'charge_disputed', disputeId: 'du_1' });
  });

  it('in another currency', async () => {
    expect(await refusal({ amount: 100, currency: 'eur' })).toEqual({ kind: 'currency_differs', currency: 'gbp' });
    expect(await refusal({ amount: 100, currency: 'gbp' })).toBeNull();
  });

  it('of more than is left, whatever the policy says, with what is left', async () => {
    desk.standings.standing = { ...desk.standings.standing, taken: 7_000 };
    expect(await refusal({ amount: 3_001 })).toEqual({ kind: 'refund_exceeds_rest', left: 3_000, currency: 'gbp' });
    expect(await refusal({ amount: 3_000 })).toBeNull();
  });

  it('where nothing is left, or Stripe gave back more than was paid', async () => {
    for (const taken of [10_000, 12_000]) {
      desk.standings.standing = { ...desk.standings.standing, taken };
      expect(await refusal()).toEqual({ kind: 'refund_exceeds_rest', left: 0, currency: 'gbp' });
    }
  });

  it('for more than the policy gives', async () => {
    desk.clock.move(20 * DAY);
    const decision = { rule: 'half_until_7_days_before', maximum: 5_000, outcome: 'forbidden', amount: 0 };
    expect(await refusal({ amount: 5_001 })).toMatchObject({ kind: 'refund_forbidden', decision });
  });

  it('where the policy counts from a day of service and the payment has none', async () => {
    desk.has({ serviceDate: null });
    const decision = { rule: 'service_date_missing', maximum: 0 };
    expect(await refusal()).toMatchObject({ kind: 'refund_forbidden', decision });
  });

  it('for a reason that nobody knows, or that is not theirs to give', async () => {
    expect(await refusal({ reason: 'weather' })).toMatchObject({ kind: 'reason_unknown' });
    const reserved = { kind: 'reason_reserved', reason: 'cancelled_by_us' };
    expect(await refusal({ reason: 'cancelled_by_us', role: 'customer' })).toMatchObject(reserved);
  });

  it('above what the role may ask for at all', async () => {
    desk.has({ money: money(600_000), captured: 600_000, serviceDate: addDays('2026-12-20', 1) });
    expect(await refusal({ amount: 500_001 })).toEqual({ kind: 'above_limit', limit: 500_000, currency: 'gbp' });
    expect(await refusal({ amount: 500_000 })).toBeNull();
    expect(await refusal({ amount: 500_001, role: 'finance' })).toBeNull();
  });
});
