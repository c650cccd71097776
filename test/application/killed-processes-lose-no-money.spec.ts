import type { GatewayAnswer } from '../../src/application/payment/payment-gateway';
import { Attempt } from '../../src/domain/payment/attempt';
import { Payment } from '../../src/domain/payment/payment';
import { CashDesk, createCommand, kindOf } from '../support/fakes/cash-desk';
import { LEASE } from '../support/fakes/in-memory-payments';
import { CHARGE, money, SECOND, termsOf } from '../support/samples';

let desk: CashDesk;
let payment: Payment;
let attempt: Attempt;

/** What a process had committed before it was killed. */
beforeEach(async () => {
  desk = new CashDesk();
  const now = desk.clock.now();
  payment = Payment.create('pay_1', termsOf({ money: money(4_999) }), now, 'attempt:att_1');
  attempt = Attempt.send('att_1', 'pay_1', 'api', CHARGE, now);
  const asked = createCommand('key-1', { paymentMethod: 'pm_card_visa', confirm: true, terms: {} });
  await desk.intake.begin(payment, attempt, asked.idempotency);
});

const retry = () => desk.charge('key-1');

describe('A process killed after our commit', () => {
  it('and before Stripe was called: the sweeper goes on when the lease is over, not before', async () => {
    await desk.letTimePass(LEASE - 1);
    expect(desk.stripe.calls).toHaveLength(0);
    await desk.letTimePass(1);
    expect(desk.payment).toMatchObject({ status: 'succeeded', captured: 4_999 });
    expect(kindOf(await retry())).toBe('done');
    expect(desk.stripe.intents.size).toBe(1);
  });

  it('and before Stripe was called: the caller who asks again goes on when the lease is over', async () => {
    expect(kindOf(await retry())).toBe('in_progress');
    desk.clock.move(LEASE);
    expect(kindOf(await retry())).toBe('done');
    expect(desk.stripe.intents.size).toBe(1);
  });

  it.each([
    ['found in the list and adopted, nothing is sent again', false, [false]],
    ['where the list lags it is repeated and adopted, charged once', true, [false, true]],
  ])('and after Stripe accepted, before its answer was read: %s', async (_what, lags, replayed) => {
    await desk.stripe.send(payment, attempt);
    desk.stripe.listLags = lags;
    await desk.letTimePass(LEASE);
    expect(desk.payment).toMatchObject({ status: 'succeeded', intent: 'pi_1' });
    expect(desk.stripe.intents.size).toBe(1);
    expect(desk.stripe.calls.map((call) => call.replayed)).toEqual(replayed);
  });

  it('and after Stripe accepted: a refused connection while finding out frees no reference', async () => {
    await desk.stripe.send(payment, attempt);
    desk.stripe.listLags = true;
    desk.stripe.strike('refused');
    await desk.letTimePass(LEASE, 1);
    expect(desk.attempts).toMatchObject([{ state: 'unknown' }]);
    expect(kindOf(await desk.charge('key-2'))).toBe('reference_taken');
    await desk.letTimePass(60 * SECOND);
    expect(desk.payment.status).toBe('succeeded');
    expect(desk.stripe.intents.size).toBe(1);
  });

  it('and after our second commit, before our answer: the caller gets the first answer, nothing is sent', async () => {
    const answer = await desk.stripe.send(payment, attempt);
    const first = await desk.recordFinding.execute('att_1', answer, payment.version, 'attempt:att_1');
    expect(await retry()).toEqual({ ok: true, value: JSON.parse(JSON.stringify(first)) as unknown });
    expect(desk.stripe.calls).toHaveLength(1);
  });
});

describe('A process that sleeps and wakes late', () => {
  it('with the same answer changes nothing', async () => {
    const answer = await desk.stripe.send(payment, attempt);
    await desk.letTimePass(LEASE);
    const before = JSON.stringify([desk.payment.status, desk.payment.captured, desk.attempts, desk.events]);
    await desk.recordFinding.execute('att_1', answer, payment.version, 'attempt:att_1');
    expect(JSON.stringify([desk.payment.status, desk.payment.captured, desk.attempts, desk.events])).toBe(before);
  });

  it('and says that nothing left does not undo what another found out', async () => {
    const refused: GatewayAnswer = { kind: 'never_reached', message: 'No connection to Stripe.' };
    await desk.letTimePass(LEASE);
    await desk.recordFinding.execute('att_1', refused, payment.version, 'attempt:att_1');
    expect(desk.attempts).toMatchObject([{ state: 'succeeded' }]);
  });

  it('and says that nothing left is not believed while another is repeating it', async () => {
    const refused: GatewayAnswer = { kind: 'never_reached', message: 'No connection to Stripe.' };
    desk.stripe.beforeAnswer = async () => {
      await desk.recordFinding.execute('att_1', refused, payment.version, 'attempt:att_1');
      expect(desk.attempts).toMatchObject([{ state: 'unknown' }]);
    };
    await desk.letTimePass(LEASE, 1);
    expect(desk.payment.status).toBe('succeeded');
    expect(desk.attempts).toMatchObject([{ state: 'succeeded' }]);
  });
});
