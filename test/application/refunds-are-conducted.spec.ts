import { FRED, SUE } from '../support/fakes/refund-desk';
import { RefundSagaDesk } from '../support/fakes/refund-saga-desk';
import { DAY, HOUR, MINUTE, SECOND } from '../support/samples';

let desk: RefundSagaDesk;
beforeEach(() => {
  desk = new RefundSagaDesk();
});

const ALL_DONE = 'approval done, stripe done, ledger done, notice done';

async function asked(given: object = FRED) {
  const payment = await desk.paid();
  const result = await desk.request(payment, { amount: 1_000, ...given });
  if (!result.ok) throw new Error(result.error.kind);
  return { payment, refund: result.value };
}

describe('The saga of a refund', () => {
  it('begins with it, and sees one that runs at once through to the notice', async () => {
    const { payment, refund } = await asked();
    expect(desk.saga).toMatchObject({ kind: 'refund', subject: refund.id, startedBy: 'sub:fred', state: 'running' });
    expect(desk.saga.about).toEqual({ kind: 'payment', id: payment.id });
    await desk.letTimePass(SECOND, 1);
    expect(desk.steps).toBe('approval done, stripe done, ledger waiting, notice pending');
    expect(desk.notices).toEqual([]);
    await desk.letTimePass(5 * SECOND);
    expect([desk.saga.state, desk.steps]).toEqual(['completed', ALL_DONE]);
    expect([desk.notices, desk.stripe.calls.length]).toEqual([['succeeded'], 1]);
  });

  it('is not there when the request was refused', async () => {
    const payment = await desk.paid();
    const refused = await desk.request(payment, { amount: 9_999, ...FRED });
    expect([refused.ok, desk.cash.store.tables.sagas.size]).toEqual([false, 0]);
  });

  it('is one, however often the same is asked for', async () => {
    const payment = await desk.paid();
    for (let times = 0; times < 3; times++) await desk.request(payment, { amount: 1_000, ...FRED }, 'the same key');
    expect(desk.saga.subject).toBe(desk.one.id);
  });

  it('waits for approval, and goes on when it comes', async () => {
    const { refund } = await asked(SUE);
    await desk.letTimePass(SECOND);
    expect(desk.saga.state).toBe('waiting');
    const { expiresAt } = refund.snapshot();
    expect(desk.saga.steps[0]).toMatchObject({ waitsFor: 'somebody to approve it', deadline: expiresAt });
    await desk.approve(refund.id);
    await desk.letTimePass(5 * SECOND);
    expect([desk.saga.state, desk.steps, desk.notices]).toEqual(['completed', ALL_DONE, ['succeeded']]);
    expect(desk.saga.steps[0]?.note).toBe('Approved by sub:fred.');
  });

  it.each(['reject', 'withdraw'] as const)('ends with nothing sent and nobody told after %s', async (decide) => {
    const { refund } = await asked(SUE);
    await desk.letTimePass(SECOND);
    await desk[decide](refund.id);
    await desk.letTimePass(SECOND);
    expect([desk.saga.state, desk.notices, desk.stripe.calls.length]).toEqual(['compensated', [], 0]);
    expect(desk.saga.reason).toContain(decide === 'reject' ? 'rejected' : 'withdrawn');
  });

  it('has a request that nobody decided in time withdrawn, and is not listed for that', async () => {
    await asked(SUE);
    desk.cash.clock.move(7 * DAY);
    await desk.work();
    expect([desk.one.status, desk.saga.state, desk.saga.attention]).toEqual(['withdrawn', 'compensated', null]);
    expect(desk.cash.store.tables.sagaEvents).toEqual([]);
  });

  it('tells the customer that nothing comes when Stripe refuses, and nothing is posted', async () => {
    desk.stripe.refusing = 'charge_disputed';
    await asked();
    await desk.letTimePass(5 * SECOND);
    expect([desk.saga.state, desk.notices, desk.facts]).toEqual(['compensated', ['failed'], []]);
    expect(desk.saga.reason).toBe('stripe: the refund is failed (charge_disputed)');
    expect(desk.steps).toBe('approval compensated, stripe compensated, ledger pending, notice pending');
  });

  it('is taken up again when the bank sends the money back: books first, then the customer', async () => {
    const { payment } = await asked();
    await desk.letTimePass(5 * SECOND);
    await desk.letTimePass(3 * DAY);
    desk.stripe.set(payment.intent!, { refund: 're_1', status: 'failed', failureReason: 'declined' });
    await desk.webhook(payment);
    await desk.work();
    expect([desk.saga.state, desk.notices]).toEqual(['compensating', ['succeeded']]);
    expect(desk.saga.steps[2]).toMatchObject({ state: 'waiting', waitsFor: 'the reversal in the ledger' });
    await desk.letTimePass(5 * SECOND);
    expect([desk.saga.state, desk.notices]).toEqual(['compensated', ['succeeded', 'failed']]);
    expect(desk.cash.store.tables.sagaEvents.map(({ type }) => type)).toEqual(['saga.reopened']);
    await desk.webhook(payment);
    await desk.letTimePass(DAY);
    expect([desk.saga.state, desk.notices.length]).toEqual(['compensated', 2]);
  });

  it('never tells of a success that is none any more', async () => {
    const { payment } = await asked();
    await desk.work();
    desk.stripe.set(payment.intent!, { refund: 're_1', status: 'failed', failureReason: 'declined' });
    await desk.webhook(payment);
    await desk.letTimePass(5 * SECOND);
    await desk.letTimePass(5 * SECOND);
    expect([desk.saga.state, desk.notices]).toEqual(['compensated', ['failed']]);
    expect(desk.facts).toEqual(['refund_succeeded 1000', 'refund_reversed 1000']);
  });
});

describe('While Stripe does not say, the saga of a refund', () => {
  it('waits, has it found out itself should the sweeper not, and asks no more than the sweeper would', async () => {
    desk.stripe.strike('lost_after');
    await asked();
    await desk.work();
    expect(desk.saga.steps[1]).toMatchObject({ state: 'waiting', waitsFor: "Stripe's answer" });
    desk.cash.clock.move(2 * SECOND);
    await desk.work();
    expect(desk.one.status).toBe('succeeded');
    expect([desk.steps.split(', ')[1], desk.stripe.calls.length]).toEqual(['stripe done', 1]);
  });

  it('leaves a refund to the sweeper that has taken it', async () => {
    desk.stripe.strike('lost_after');
    await asked();
    desk.cash.clock.move(2 * SECOND);
    await desk.due.take(10);
    await desk.work();
    expect(desk.one.status).toBe('unknown');
    expect(desk.saga.steps[1]).toMatchObject({ state: 'waiting' });
  });

  it('sends it under the same key when its process died before the call', async () => {
    desk.stripe.strike('lost_before');
    await asked();
    await desk.letTimePass(MINUTE);
    await desk.letTimePass(5 * SECOND);
    expect([desk.saga.state, new Set(desk.stripe.calls.map(({ key }) => key)).size]).toEqual(['completed', 1]);
  });

  it('is listed after an hour, goes on looking, and is listed no more once it is known', async () => {
    desk.stripe.strike('lost_after');
    await asked();
    desk.stripe.unavailable = true;
    for (let minutes = 0; minutes < 62; minutes += 15) await desk.letTimePass(15 * MINUTE);
    expect(desk.saga).toMatchObject({ state: 'waiting', attention: "stripe has waited too long for Stripe's answer" });
    desk.stripe.unavailable = false;
    await desk.letTimePass(30 * MINUTE);
    await desk.letTimePass(5 * SECOND);
    expect(desk.saga).toMatchObject({ state: 'completed', attention: null });
    expect(desk.cash.store.tables.sagaEvents.map(({ type }) => type)).toEqual(['saga.handed_over']);
  });

  it('waits for a bank for weeks without being listed, and then is', async () => {
    desk.stripe.next = { status: 'pending', pendingReason: 'processing' };
    await asked();
    await desk.letTimePass(29 * DAY);
    expect(desk.saga).toMatchObject({ state: 'waiting', attention: null });
    await desk.letTimePass(2 * DAY);
    expect(desk.saga.attention).toBe('stripe has waited too long for the bank');
  });
});

describe('A saga that cannot go on', () => {
  it('is for a person when its job was given up, and goes on when the job comes again', async () => {
    await asked();
    jest.spyOn(desk.posted, 'of').mockRejectedValue(new Error('no such table'));
    await expect(desk.work()).rejects.toThrow('no such table');
    await expect(desk.run.execute(desk.saga.id)).rejects.toThrow('no such table');
    desk.dueSagas.dead.set(desk.saga.id, 'Error: no such table');
    await desk.sweepSagas.execute();
    expect(desk.saga).toMatchObject({ state: 'failed', nextLookAt: null });
    expect(desk.saga.attention).toContain('ledger was tried too often: Error: no such table');
    expect(desk.cash.store.tables.sagaEvents.map(({ type }) => type)).toEqual(['saga.failed']);
    jest.restoreAllMocks();
    desk.dueSagas.dead.clear();
    await desk.run.execute(desk.saga.id);
    await desk.letTimePass(5 * SECOND);
    expect([desk.saga.state, desk.steps, desk.notices]).toEqual(['completed', ALL_DONE, ['succeeded']]);
  });

  it('is listed when the ledger does not post for an hour', async () => {
    await asked();
    jest.spyOn(desk.posted, 'post').mockReturnValue();
    await desk.letTimePass(HOUR);
    await desk.letTimePass(HOUR);
    expect(desk.saga).toMatchObject({ state: 'waiting', attention: 'ledger has waited too long for the ledger' });
    expect(desk.notices).toEqual([]);
  });
});
