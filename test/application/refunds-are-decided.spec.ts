import type { RefundResult } from '../../src/application/refund/request-refund';
import { BUILT_IN_POLICIES, type RefundPolicies } from '../../src/domain/refund/refund-policy';
import { disputed, disputeOf, inquiry } from '../support/dispute-samples';
import { FRED, RefundDesk, SUE } from '../support/fakes/refund-desk';
import { DAY, HOUR, MINUTE } from '../support/samples';

/** What came of it, in one word: the refund's status, or the problem's kind. */
const outcome = (result: RefundResult) => (result.ok ? result.value.status : result.error.kind);
const idOf = (result: RefundResult) => (result.ok ? result.value.id : '');

/** Sue refunds up to 10.00 alone, and 15.00 in a day; Fred approves up to 30.00. */
const LIMITED: RefundPolicies = {
  ...BUILT_IN_POLICIES,
  limits: {
    ...BUILT_IN_POLICIES.limits,
    support: { perRefund: { gbp: 4_000 }, atOnce: { gbp: 1_000 }, perDay: { gbp: 1_500 }, approves: 'nothing' },
    finance: { perRefund: 'unlimited', atOnce: 'unlimited', perDay: 'unlimited', approves: { gbp: 3_000 } },
  },
};

let desk: RefundDesk;
beforeEach(() => {
  desk = new RefundDesk();
});

describe('A refund that is asked for', () => {
  it('runs at once within the limit, with the rule that decided and its version', async () => {
    const payment = await desk.paid();
    const result = await desk.request(payment, { ...FRED, amount: 1_000, note: 'Ada is ill' });
    expect(outcome(result)).toBe('succeeded');
    expect(desk.one).toMatchObject({
      requestedBy: 'sub:fred',
      requestedRole: 'finance',
      note: 'Ada is ill',
      decidedBy: null,
      expiresAt: null,
      decision: { policy: 'everything', rule: 'everything', version: 'built-in-1' },
    });
    expect(desk.events).toEqual(['refund.requested', 'refund.approved', 'refund.executing', 'refund.succeeded']);
  });

  it('is all that is left when no amount is named', async () => {
    const payment = await desk.paid();
    await desk.request(payment, { ...FRED, amount: 1_999 });
    await desk.request(payment, FRED);
    expect(desk.all().map(({ money }) => money.amount)).toEqual([1_999, 3_000]);
    const more = await desk.request(payment, FRED);
    expect(more).toMatchObject({ ok: false, error: { kind: 'refund_exceeds_rest', left: 0, currency: 'gbp' } });
  });

  it('is one of twenty who want 60 % at the same moment; two who want half have both', async () => {
    const payment = await desk.paid('sixty', 10_000);
    const all = await Promise.all(Array.from({ length: 20 }, () => desk.request(payment, { ...FRED, amount: 6_000 })));
    expect(all.map(outcome).filter((each) => each === 'succeeded')).toHaveLength(1);
    expect(all.map(outcome).filter((each) => each === 'refund_exceeds_rest')).toHaveLength(19);
    const halves = await desk.paid('halves', 10_000);
    const both = await Promise.all([1, 2].map(() => desk.request(halves, { ...FRED, amount: 5_000 })));
    expect(both.map(outcome)).toEqual(['succeeded', 'succeeded']);
  });

  it('runs once for one key, is shown as it is to who repeats it, and refused with another body', async () => {
    const payment = await desk.paid();
    const ask = (amount: number) => desk.request(payment, { ...FRED, amount }, 'one');
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(1_000)));
    expect(new Set(answers.map(idOf)).size).toBe(1);
    expect(desk.stripe.calls).toHaveLength(1);
    desk.stripe.set(payment.intent!, { refund: 're_1', status: 'failed', failureReason: 'declined' });
    await desk.webhook(payment);
    expect(outcome(await ask(1_000))).toBe('failed');
    expect(outcome(await ask(1_001))).toBe('idempotency_key_reused');
  });

  it('leaves nothing behind when it is refused: the key may be used for what is right', async () => {
    const payment = await desk.paid();
    expect(outcome(await desk.request(payment, { ...FRED, amount: 5_000 }, 'one'))).toBe('refund_exceeds_rest');
    expect(outcome(await desk.request(payment, { ...FRED, amount: 4_999 }, 'one'))).toBe('succeeded');
  });

  it('is refused for a payment that took no money, for a disputed one, and for none', async () => {
    const held = await desk.cash.charge('held', 'pm_card_visa', { reference: 'held', captureMethod: 'manual' });
    if (!held.ok) throw new Error(held.error.kind);
    const authorized = (await desk.cash.payments.find(held.value.payment.id))!;
    expect(outcome(await desk.request(authorized, FRED))).toBe('payment_not_refundable');
    const payment = await desk.paid();
    expect(outcome(await desk.request(payment, { ...FRED, currency: 'eur' }))).toBe('currency_differs');
    const { disputes } = desk.cash.store.tables;
    disputes.set('du_1', { ...disputeOf(inquiry()).snapshot(), paymentId: payment.id });
    expect(outcome(await desk.request(payment, { ...FRED, amount: 1 }))).toBe('succeeded');
    disputes.set('du_1', { ...disputeOf(disputed()).snapshot(), paymentId: payment.id });
    expect(outcome(await desk.request(payment, { ...FRED, amount: 1 }))).toBe('charge_disputed');
    expect(outcome(await desk.request(payment, { ...FRED, paymentId: 'pay_9' }))).toBe('payment_not_found');
  });

  it('that Stripe refuses fails with its code, also for who repeats it, and holds nothing', async () => {
    const payment = await desk.paid();
    desk.stripe.refusing = 'insufficient_funds';
    const ask = () => desk.request(payment, FRED, 'one');
    for (const result of [await ask(), await ask()]) {
      expect(result).toMatchObject({ ok: true });
      expect(desk.one).toMatchObject({ status: 'failed', failure: { code: 'insufficient_funds' } });
    }
    expect(desk.stripe.calls).toHaveLength(1);
    desk.stripe.refusing = null;
    expect(outcome(await desk.request(payment, FRED))).toBe('succeeded');
  });
});

describe('Above the limit', () => {
  beforeEach(() => {
    desk = new RefundDesk(LIMITED);
  });

  it('a refund waits with a deadline, holds its money, and nothing is sent', async () => {
    const payment = await desk.paid();
    expect(outcome(await desk.request(payment, { ...SUE, amount: 1_001 }))).toBe('requested');
    expect(desk.one.expiresAt?.getTime()).toBe(desk.now.getTime() + 7 * DAY);
    expect(desk.stripe.calls).toEqual([]);
    expect(await desk.request(payment, { ...FRED, amount: 4_000 })).toMatchObject({ error: { left: 3_998 } });
  });

  it('of a day it waits too, and above what may be asked for it is refused', async () => {
    const payment = await desk.paid();
    const ask = async (amount: number) => outcome(await desk.request(payment, { ...SUE, amount }));
    expect([await ask(1_000), await ask(501), await ask(500)]).toEqual(['succeeded', 'requested', 'succeeded']);
    const other = await desk.paid('other', 10_000);
    expect(outcome(await desk.request(other, { ...SUE, amount: 4_001 }))).toBe('above_limit');
    desk.cash.clock.move(DAY);
    expect(outcome(await desk.request(other, { ...SUE, amount: 1_000 }))).toBe('succeeded');
  });

  it('a second person lets it run, once, and never who asked', async () => {
    const payment = await desk.paid();
    const id = idOf(await desk.request(payment, { ...SUE, amount: 2_000 }));
    expect(outcome(await desk.approve(id, { ...SUE, role: 'finance' }))).toBe('second_person_needed');
    expect(outcome(await desk.approve(id, { note: 'she called' }))).toBe('succeeded');
    expect(desk.one).toMatchObject({ decidedBy: 'sub:fred', decisionNote: 'she called', stripeRefund: 're_1' });
    expect(await desk.approve(id)).toMatchObject({ error: { kind: 'refund_state_forbids', status: 'succeeded' } });
    expect(desk.stripe.calls).toHaveLength(1);
  });

  it('who approves has a limit too', async () => {
    const payment = await desk.paid();
    const id = idOf(await desk.request(payment, { ...SUE, amount: 3_001 }));
    expect(await desk.approve(id)).toMatchObject({ error: { kind: 'above_limit', limit: 3_000, currency: 'gbp' } });
    expect(outcome(await desk.approve(id, { role: 'admin', by: 'sub:ada' }))).toBe('succeeded');
  });

  it('what is approved by ten at once runs once', async () => {
    const payment = await desk.paid();
    const id = idOf(await desk.request(payment, { ...SUE, amount: 2_000 }));
    const results = await Promise.all(Array.from({ length: 10 }, () => desk.approve(id)));
    expect(results.map(outcome).filter((each) => each === 'succeeded')).toHaveLength(1);
    expect(desk.stripe.calls).toHaveLength(1);
  });

  it('it does not run while the charge is disputed', async () => {
    const payment = await desk.paid();
    const id = idOf(await desk.request(payment, { ...SUE, amount: 2_000 }));
    const dispute = { ...disputeOf(disputed()).snapshot(), paymentId: payment.id };
    desk.cash.store.tables.disputes.set('du_1', dispute);
    expect(outcome(await desk.approve(id))).toBe('charge_disputed');
    expect(desk.one.status).toBe('requested');
  });

  it('it is rejected by anybody who decides, and withdrawn by who asked or who moves money', async () => {
    const payment = await desk.paid();
    const ask = async () => idOf(await desk.request(payment, { ...SUE, amount: 2_000 }));
    expect(outcome(await desk.reject(await ask(), { note: 'no' }))).toBe('rejected');
    const id = await ask();
    expect(outcome(await desk.withdraw(id, { role: 'support', by: 'sub:tom' }))).toBe('not_yours_to_withdraw');
    expect(outcome(await desk.withdraw(id, SUE))).toBe('withdrawn');
    expect(outcome(await desk.withdraw(await ask(), FRED))).toBe('withdrawn');
    expect(outcome(await desk.reject(id))).toBe('refund_state_forbids');
    expect(outcome(await desk.approve('ref_9'))).toBe('refund_not_found');
    expect(outcome(await desk.request(payment, FRED))).toBe('succeeded');
  });
});

describe('What could not be found out', () => {
  it('is given up by a person only when nothing repeats it, and shows up as another if it was made after all', async () => {
    const payment = await desk.paid();
    desk.stripe.strike('stored_500');
    const id = idOf(await desk.request(payment, FRED));
    expect(outcome(await desk.withdraw(id))).toBe('refund_state_forbids');
    await desk.letTimePass(HOUR + MINUTE);
    expect(outcome(await desk.withdraw(id))).toBe('withdrawn');
    desk.stripe.set(payment.intent!, { refund: 're_9', refundId: id, amount: 4_999 });
    await desk.webhook(payment);
    expect(desk.all().map(({ origin, status }) => `${origin} ${status}`)).toEqual([
      'api withdrawn',
      'dashboard succeeded',
    ]);
  });
});
