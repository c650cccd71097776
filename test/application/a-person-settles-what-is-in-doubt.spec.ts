import { CloseAttention } from '../../src/application/payment/close-attention';
import { SettleAttemptByPerson } from '../../src/application/payment/settle-by-person';
import { SettleRefundByPerson } from '../../src/application/refund/settle-refund-by-person';
import { SettleSetupByPerson } from '../../src/application/customer/settle-setup-by-person';
import { CardDesk } from '../support/fakes/card-desk';
import { CashDesk } from '../support/fakes/cash-desk';
import { RefundDesk } from '../support/fakes/refund-desk';
import type { Trouble } from '../support/fakes/scripted-stripe';
import { after, HOUR, MINUTE, paid, seen } from '../support/samples';

const BY = 'person:cli:ada';

describe('A charge in doubt', () => {
  let desk: CashDesk;
  let settle: SettleAttemptByPerson;
  const id = () => desk.attempts[0]!.id;

  beforeEach(() => {
    desk = new CashDesk();
    settle = new SettleAttemptByPerson(desk.payments, desk.stripe, desk.recordFinding, desk.clock);
  });
  const inDoubt = async (trouble: Trouble) => {
    desk.stripe.strike(trouble);
    await desk.charge('key-1');
  };

  it('becomes what the intent shows to which a person points, and the caller gets that', async () => {
    await inDoubt('stored_500_after');
    expect(await settle.adopt(id(), 'pi_1', BY)).toEqual({ ok: true, value: undefined });
    expect(desk.payment).toMatchObject({ status: 'succeeded', captured: 4_999, intent: 'pi_1' });
    expect(desk.store.tables.events.at(-1)).toMatchObject({ type: 'payment.succeeded', cause: BY });
    expect(await desk.charge('key-1')).toMatchObject({ value: { kind: 'done', payment: { status: 'succeeded' } } });
    expect(desk.stripe.calls).toHaveLength(1);
  });

  it.each([
    ['another payment', { paymentId: 'pay_9' }, 'the payment in its metadata is pay_9'],
    ['another attempt', { attemptId: 'att_9' }, 'the attempt in its metadata is att_9'],
    ['nobody', { paymentId: null }, 'the payment in its metadata is none'],
    ['another amount', { amount: 4_998 }, 'the amount is 49.98 GBP, not 49.99 GBP'],
    ['another currency', { currency: 'eur' }, 'the amount is 49.99 EUR, not 49.99 GBP'],
  ])('is not settled by an intent of %s', async (_whose, given, difference) => {
    await inDoubt('stored_500');
    const own = { intent: 'pi_7', paymentId: desk.payment.id, attemptId: id(), ...paid() };
    desk.stripe.intents.set('pi_7', seen({ ...own, ...given }));
    const differences = [expect.stringContaining(difference)];
    expect(await settle.adopt(id(), 'pi_7', BY)).toEqual({ ok: false, error: { kind: 'not_its_own', differences } });
    expect(desk.payment).toMatchObject({ status: 'requires_payment_method', intent: null });
    expect(desk.attempts[0]!.state).toBe('unknown');
  });

  it('is not settled by an intent that Stripe does not know, nor while Stripe does not answer', async () => {
    await inDoubt('stored_500');
    expect(await settle.adopt(id(), 'pi_9', BY)).toMatchObject({ error: { kind: 'not_its_own' } });
    desk.stripe.unavailable = true;
    expect(await settle.adopt(id(), 'pi_9', BY)).toEqual({ ok: false, error: { kind: 'stripe_unreachable' } });
    desk.clock.move(HOUR);
    expect(await settle.noEffect(id(), BY)).toEqual({ ok: false, error: { kind: 'stripe_unreachable' } });
    expect(desk.attempts[0]!.state).toBe('unknown');
  });

  it('is said to have had no effect only when nothing can be under way any more', async () => {
    await inDoubt('stored_500');
    const from = after(10 * MINUTE, desk.attempts[0]!.firstSentAt!);
    expect(await settle.noEffect(id(), BY)).toEqual({ ok: false, error: { kind: 'too_early', from } });
    desk.clock.move(10 * MINUTE);
    expect(await settle.noEffect(id(), BY)).toEqual({ ok: true, value: undefined });
    expect(desk.attempts).toMatchObject([{ state: 'rejected', code: 'no_effect' }]);
    expect(desk.payment).toMatchObject({ status: 'failed', failure: { code: 'no_effect' } });
  });

  it('that may still be repeated waits for 23 hours, or until the payer wants it no more', async () => {
    await inDoubt('lost_before');
    const { expiresAt } = desk.payment;
    const sent = desk.attempts[0]!.firstSentAt!;
    const last = new Date(Math.min(after(23 * HOUR, sent).getTime(), expiresAt.getTime()));
    const from = after(10 * MINUTE, last);
    expect(await settle.noEffect(id(), BY)).toEqual({ ok: false, error: { kind: 'too_early', from } });
  });

  it('is not said to have had no effect when the complete list shows its intent', async () => {
    await inDoubt('stored_500_after');
    desk.clock.move(HOUR);
    expect(await settle.noEffect(id(), BY)).toEqual({ ok: false, error: { kind: 'has_effect', object: 'pi_1' } });
    expect(desk.attempts[0]!.state).toBe('unknown');
  });

  it('that is settled is left as it is', async () => {
    await desk.charge('key-1');
    expect(await settle.adopt(id(), 'pi_1', BY)).toEqual({ ok: false, error: { kind: 'not_in_doubt' } });
    expect(await settle.noEffect(id(), BY)).toEqual({ ok: false, error: { kind: 'not_in_doubt' } });
    expect(await settle.noEffect('att_none', BY)).toEqual({ ok: false, error: { kind: 'not_found' } });
  });

  it('as a confirmation is not said to have had no effect when its intent shows one', async () => {
    await desk.create('key-1');
    desk.stripe.strike('stored_500_after');
    await desk.confirm(desk.payment.id, 'key-2');
    desk.clock.move(HOUR);
    const attempt = desk.attempts.at(-1)!.id;
    expect(await settle.noEffect(attempt, BY)).toEqual({ ok: false, error: { kind: 'has_effect', object: 'pi_1' } });
    expect(await settle.adopt(attempt, 'pi_1', BY)).toEqual({ ok: true, value: undefined });
    expect(desk.payment.status).toBe('succeeded');
  });
});

describe('What a payment is listed for', () => {
  it('is closed by a person, stands in its history, and is listed again when Stripe shows it anew', async () => {
    const desk = new CashDesk();
    const close = new CloseAttention(desk.store, desk.payments, desk.clock);
    await desk.charge('key-1');
    expect(await close.execute(desk.payment.id, BY)).toEqual({ ok: false, error: { kind: 'not_in_doubt' } });
    desk.stripe.set('pi_1', { amount: 5_000 });
    await desk.webhook('pi_1');
    const reason = desk.payment.attention;
    expect(reason).toContain('5000 gbp');
    expect((await close.execute(desk.payment.id, BY)).ok).toBe(true);
    expect(desk.payment).toMatchObject({ attention: null, status: 'succeeded', captured: 4_999 });
    const told = { type: 'payment.attention_closed', cause: BY, data: { reason } };
    expect(desk.store.tables.events.at(-1)).toMatchObject(told);
    await desk.webhook('pi_1');
    expect(desk.payment.attention).toBe(reason);
  });
});

describe('A refund in doubt', () => {
  let desk: RefundDesk;
  let settle: SettleRefundByPerson;
  beforeEach(() => {
    desk = new RefundDesk();
    settle = new SettleRefundByPerson(desk.cash.payments, desk.refunds, desk.stripe, desk.record, desk.cash.clock);
  });

  it('becomes the refund of Stripe to which a person points, when that is its own', async () => {
    desk.stripe.strike('stored_500_after');
    const { id, paymentId } = await desk.execute(await desk.paid());
    const { intent } = desk.cash.store.tables.payments.get(paymentId)!;
    desk.stripe.set(intent!, { refund: 're_other', refundId: 'ref_other', amount: 1_000, currency: 'gbp' });
    expect(await settle.adopt(id, 're_other', BY)).toMatchObject({ error: { kind: 'not_its_own' } });
    expect(await settle.adopt(id, 're_none', BY)).toMatchObject({ error: { kind: 'not_its_own' } });
    expect(desk.one.status).toBe('unknown');
    expect(await settle.adopt(id, 're_1', BY)).toEqual({ ok: true, value: undefined });
    expect(desk.one).toMatchObject({ status: 'succeeded', stripeRefund: 're_1' });
  });

  it('is given up when Stripe shows none, and not before that proves anything', async () => {
    desk.stripe.strike('stored_500');
    const { id } = await desk.execute(await desk.paid());
    const from = after(10 * MINUTE, desk.one.firstSentAt!);
    expect(await settle.noEffect(id, BY, 'looked')).toEqual({ ok: false, error: { kind: 'too_early', from } });
    desk.cash.clock.move(10 * MINUTE);
    expect(await settle.noEffect(id, BY, 'looked')).toEqual({ ok: true, value: undefined });
    expect(desk.one).toMatchObject({ status: 'withdrawn', decisionNote: 'looked', decidedBy: BY });
  });

  it('is not given up when the list shows it', async () => {
    desk.stripe.strike('stored_500_after');
    const { id } = await desk.execute(await desk.paid());
    desk.cash.clock.move(HOUR);
    expect(await settle.noEffect(id, BY, 'x')).toEqual({ ok: false, error: { kind: 'has_effect', object: 're_1' } });
    expect(desk.one.status).toBe('unknown');
  });
});

describe('A setup in doubt', () => {
  it('becomes the setup of Stripe to which a person points, when that is its own', async () => {
    const desk = new CardDesk();
    const settle = new SettleSetupByPerson(desk.setups, desk.cards.setupGateway, desk.record, desk.clock);
    desk.cards.strike('lost_after');
    await desk.begin(await desk.stored());
    const { id } = desk.setup;
    expect(await settle.adopt(id, 'seti_none', BY)).toMatchObject({ error: { kind: 'not_its_own' } });
    expect(await settle.noEffect(id, BY)).toMatchObject({ error: { kind: 'too_early' } });
    expect(await settle.adopt(id, 'seti_1', BY)).toEqual({ ok: true, value: undefined });
    expect(desk.setup).toMatchObject({ status: 'succeeded', setupIntent: 'seti_1' });
    expect(await settle.noEffect(id, BY)).toMatchObject({ error: { kind: 'not_in_doubt' } });
  });
});
