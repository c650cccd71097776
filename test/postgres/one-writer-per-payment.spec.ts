import { QueryFailedError } from 'typeorm';
import { Attempt, NO_CHARGE } from '../../src/domain/payment/attempt';
import { CAPTURE, CONFIRM, declinedBy, paid, seen } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const confirmOf = (paymentId: string) => Attempt.send(db.ids.next('att'), paymentId, 'api', CONFIRM, new Date());

describe('A payment', () => {
  it('is stored and read back as it was, with everything that Stripe showed', async () => {
    const payment = await db.settled({ captureMethod: 'manual', metadata: { a: 'b' } });
    const shown = {
      ...seen(declinedBy('ch_1')),
      nextAction: { type: 'redirect_to_url' },
      redirectUrl: 'https://bank.example/?client_secret=pi_1_secret_1',
    };
    await db.change(payment.id, async (locked) => {
      locked.observe(shown, new Date(), 'test');
      locked.askAgain(new Date());
      await db.payments.save(locked);
      expect((await db.payments.find(payment.id))!.snapshot()).toEqual(locked.snapshot());
    });
    const standing = await db.payments.standingOf('pi_1');
    expect(standing!.attempts.map(({ id }) => id)).toEqual(
      (await db.payments.attemptsOf(payment.id)).map(({ id }) => id),
    );
    expect(standing!.payment.snapshot()).toMatchObject({
      version: 2,
      clientSecret: 'pi_1_secret_1',
      redirectUrl: 'https://bank.example/?client_secret=pi_1_secret_1',
      failure: { code: 'card_declined' },
    });
    await db.change(payment.id, async (locked) => {
      locked.observe(seen({ ...paid('ch_2'), failure: null, failedCharge: null }), new Date(), 'test');
      await db.payments.save(locked);
    });
    const [row] = await db.sql('SELECT failure IS NULL AS no_failure, next_action IS NULL AS no_action FROM payments');
    expect(row).toEqual({ no_failure: true, no_action: true });
  });

  it('is not stored over what another has stored meanwhile', async () => {
    const { id } = await db.settled();
    const stale = (await db.payments.find(id))!;
    await db.change(id, async (payment) => {
      payment.askAgain(new Date(1));
      await db.payments.save(payment);
    });
    stale.askAgain(new Date(2));
    await expect(db.unitOfWork.run(() => db.payments.save(stale))).rejects.toThrow('changed by another writer');
    expect((await db.payments.find(id))!.snapshot()).toMatchObject({ refreshDueAt: new Date(1), version: 2 });
  });

  it('has one writer at a time: 20 changes at once are 20 changes', async () => {
    const { id } = await db.settled();
    await Promise.all(
      Array.from({ length: 20 }, () =>
        db.change(id, async (payment) => {
          payment.askAgain(new Date((payment.snapshot().refreshDueAt?.getTime() ?? 0) + 1));
          await db.payments.save(payment);
        }),
      ),
    );
    expect((await db.payments.find(id))!.snapshot()).toMatchObject({ refreshDueAt: new Date(20), version: 21 });
  });

  it('is locked only in a transaction', async () => {
    const { id } = await db.settled();
    await expect(db.payments.lock(id)).rejects.toThrow();
  });

  it('that is not there is not found', async () => {
    expect(await db.payments.find('pay_none')).toBeNull();
    expect(await db.payments.standingOf('pi_none')).toBeNull();
    expect(await db.unitOfWork.run(() => db.payments.lockWithAttempt('att_none'))).toBeNull();
  });
});

describe('An attempt', () => {
  it('is the only open one of its payment, whoever forgets to look', async () => {
    const { id } = await db.settled();
    await db.payments.addAttempt(confirmOf(id));
    await expect(db.payments.addAttempt(confirmOf(id))).rejects.toThrow('attempts_one_open_per_payment');
    expect((await db.payments.attemptsOf(id)).map(({ state }) => state)).toEqual(['succeeded', 'sent']);
  });

  it('begun 20 times at once is begun once', async () => {
    const { id } = await db.settled();
    const begun = await Promise.allSettled(Array.from({ length: 20 }, () => db.payments.addAttempt(confirmOf(id))));
    expect(begun.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('gives way to the next one when it is settled', async () => {
    const { id } = await db.settled();
    const first = confirmOf(id);
    await db.payments.addAttempt(first);
    first.settle(
      'declined',
      { charge: 'ch_1', code: 'card_declined', riskScore: 63, riskLevel: 'elevated' },
      'req_9',
      new Date(),
    );
    await db.payments.saveAttempt(first);
    await db.payments.addAttempt(confirmOf(id));
    expect((await db.payments.findAttempt(first.id))!.snapshot()).toEqual(first.snapshot());
  });

  it('that was sent is due when the lease of its sender is over, by the clock of the database', async () => {
    const { id } = await db.settled();
    const attempt = confirmOf(id);
    await db.payments.addAttempt(attempt);
    const [row] = await db.sql<{ seconds: number }>(
      'SELECT round(extract(epoch FROM next_check_at - now()))::int AS seconds FROM attempts WHERE id = $1',
      [attempt.id],
    );
    expect(row!.seconds).toBeGreaterThan(20);
    expect(await db.payments.openAttemptOf(id)).not.toBeNull();
  });

  it('takes over the charge that was taken for one of the client', async () => {
    const { id } = await db.settled();
    const attempt = confirmOf(id);
    await db.payments.addAttempt(attempt);
    const report = { ...NO_CHARGE, charge: 'ch_1' };
    await db.payments.addAttempt(Attempt.mirror(db.ids.next('att'), id, report, 'succeeded', new Date()));
    attempt.settle('succeeded', { charge: 'ch_1' }, 'req_1', new Date());
    await db.unitOfWork.run(() => db.payments.saveAttempt(attempt));
    const attempts = await db.payments.attemptsOf(id);
    expect(attempts.map(({ origin, charge }) => [origin, charge])).toEqual([
      ['api', null],
      ['api', 'ch_1'],
    ]);
  });

  it('leaves a charge with the attempt of ours that made it, and is stored all the same', async () => {
    const { id } = await db.settled();
    const confirm = confirmOf(id);
    await db.payments.addAttempt(confirm);
    confirm.settle('succeeded', { charge: 'ch_1' }, 'req_1', new Date());
    await db.payments.saveAttempt(confirm);
    const capture = Attempt.send(db.ids.next('att'), id, 'api', CAPTURE, new Date());
    await db.payments.addAttempt(capture);
    capture.settle('declined', { charge: 'ch_1' }, 'req_2', new Date());
    await db.unitOfWork.run(() => db.payments.saveAttempt(capture));
    const attempts = await db.payments.attemptsOf(id);
    expect(attempts.map(({ state, charge }) => [state, charge])).toEqual([
      ['succeeded', null],
      ['succeeded', 'ch_1'],
      ['declined', null],
    ]);
  });
});

/** What the schema refuses, whatever the code above it does. */
describe('The database itself', () => {
  const NEW = `INSERT INTO payments (id, stripe_account, livemode, status, amount, currency, capturable, captured,
    capture_method, reference, purpose, allow_another, metadata, expires_at, created_at, updated_at, version)
    SELECT 'pay_x', stripe_account, livemode, status, amount, currency, capturable, captured, capture_method,
      'another', purpose, allow_another, metadata, expires_at, created_at, updated_at, version FROM payments LIMIT 1`;

  it.each([
    ['an amount of nothing', 'amount = 0'],
    ['a negative amount', 'amount = -1'],
    ['an amount past 2^53 - 1', 'amount = 9007199254740992'],
    ['more captured than the amount', 'captured = amount + 1'],
    ['a negative capture', 'captured = -1'],
    ['more capturable than the amount', 'capturable = amount + 1'],
    ['a currency in capitals', `currency = 'GBP'`],
    ['a status that nobody knows', `status = 'paid'`],
    ['a channel that nobody knows', `channel = 'cash'`],
    ['no version', 'version = NULL'],
  ])('refuses %s', async (_what, change) => {
    await db.settled();
    await expect(db.sql(`UPDATE payments SET ${change}`)).rejects.toThrow(QueryFailedError);
  });

  it('refuses a second payment with one intent', async () => {
    await db.settled();
    await db.sql(`UPDATE payments SET stripe_payment_intent = 'pi_1'`);
    await db.sql(NEW);
    await expect(db.sql(`UPDATE payments SET stripe_payment_intent = 'pi_1' WHERE id = 'pay_x'`)).rejects.toThrow();
  });

  it('refuses a second live payment of a reference and purpose, and takes one beside a dead one', async () => {
    await db.settled({ reference: 'another' });
    await expect(db.sql(NEW)).rejects.toThrow('payments_one_live_per_reference');
    await db.sql(`UPDATE payments SET status = 'canceled'`);
    await db.sql(NEW);
  });

  it.each([
    ['an attempt of no payment', `UPDATE attempts SET payment_id = 'pay_none'`],
    ['an open attempt that nobody looks at', `UPDATE attempts SET state = 'unknown', next_check_at = NULL`],
    ['a settled attempt that is due', 'UPDATE attempts SET next_check_at = now()'],
    ['an attempt of ours that asked for nothing', 'UPDATE attempts SET asked = NULL'],
    ['a key that is done without an answer', `UPDATE idempotency_records SET state = 'done', outcome = NULL`],
    ['a second account', `INSERT INTO stripe_binding (stripe_account, livemode) VALUES ('acct_2', true)`],
  ])('refuses %s', async (_what, sql) => {
    await db.settled();
    await expect(db.sql(sql)).rejects.toThrow(QueryFailedError);
  });
});
