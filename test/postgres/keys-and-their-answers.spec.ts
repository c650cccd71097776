import { CONFIRM } from '../support/samples';
import { Attempt } from '../../src/domain/payment/attempt';
import { IdempotencyKeyTaken } from '../../src/application/shared/idempotency';
import { BeginOperation } from '../../src/application/payment/begin-operation';
import { SystemClock } from '../../src/infrastructure/wiring/system-clock';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const scope = () => db.scope('key-1');

async function begun(): Promise<Attempt> {
  const { payment, attempt } = db.draft();
  await db.intake.begin(payment, attempt, scope());
  return attempt;
}

const leaseIsOver = () => db.sql(`UPDATE idempotency_records SET leased_until = now() - interval '1 second'`);
const age = (hours: number) =>
  db.sql(`UPDATE idempotency_records SET created_at = created_at - make_interval(hours => $1)`, [hours]);

describe('A key', () => {
  it('is its caller’s while the lease runs', async () => {
    await begun();
    expect(await db.records.find(scope())).toMatchObject({ state: 'running', leased: true });
    expect(await db.records.takeOver(scope())).toBe(false);
  });

  it('whose lease is over is taken over by exactly one of 20', async () => {
    await begun();
    await leaseIsOver();
    const taken = await Promise.all(Array.from({ length: 20 }, () => db.records.takeOver(scope())));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await db.records.find(scope())).toMatchObject({ state: 'running', leased: true });
  });

  it('that was given back may be taken over at once', async () => {
    const attempt = await begun();
    await db.records.release(attempt.id);
    expect(await db.records.find(scope())).toMatchObject({ state: 'running', leased: false });
    expect(await db.records.takeOver(scope())).toBe(true);
  });

  it('keeps the first answer, and no later one', async () => {
    const attempt = await begun();
    const answer = { kind: 'done', payment: { amount: 2 ** 53 - 1, description: 'Zürich', nextAction: null } };
    await db.records.finish(attempt.id, answer);
    await db.records.finish(attempt.id, { kind: 'declined' });
    await db.records.release(attempt.id);
    expect(await db.records.find(scope())).toMatchObject({ state: 'done', leased: false, outcome: answer });
    expect(await db.records.takeOver(scope())).toBe(false);
  });

  it('of another principal, route or name is another one', async () => {
    await begun();
    expect(await db.records.find({ ...scope(), principal: 'key:key_2' })).toBeNull();
    expect(await db.records.find({ ...scope(), route: 'POST /payments/{id}/capture' })).toBeNull();
    expect(await db.records.find({ ...scope(), key: 'KEY-1' })).toBeNull();
  });

  it('that needed no attempt is kept with its answer', async () => {
    await db.records.keep(scope(), 'pay_1', { kind: 'done' });
    expect(await db.records.find(scope())).toEqual({
      fingerprint: 'the same',
      state: 'done',
      leased: false,
      resource: 'pay_1',
      attemptId: null,
      outcome: { kind: 'done' },
    });
  });

  it('that another took a moment ago is refused by its name, and rolls back what was stored for it', async () => {
    const [a, b] = [await db.settled(), await db.settled()];
    const begin = (paymentId: string) =>
      db.change(paymentId, async () => {
        const attempt = Attempt.send(db.ids.next('att'), paymentId, 'api', CONFIRM, new Date());
        await db.payments.addAttempt(attempt);
        await db.records.start(scope(), paymentId, attempt.id);
      });
    const results = await Promise.allSettled([begin(a.id), begin(b.id)]);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.map(({ reason }) => reason as unknown)).toEqual([expect.any(IdempotencyKeyTaken)]);
    expect(await db.sql(`SELECT 1 FROM attempts WHERE operation = 'confirm'`)).toHaveLength(1);
    await expect(db.records.keep(scope(), a.id, {})).rejects.toThrow(IdempotencyKeyTaken);
  });
});

describe('One key for two payments at once', () => {
  it('begins one operation and is known to the other', async () => {
    const begin = new BeginOperation(db.unitOfWork, db.payments, db.records, db.ids, new SystemClock());
    const scope = db.scope('key-1');
    const seat = { takeFor: () => true, leave: () => undefined };
    const payments = await Promise.all(Array.from({ length: 6 }, () => db.settled()));
    const begun = await Promise.all(
      payments.map(({ id }) => begin.execute(id, scope, seat, () => ({ kind: 'send', request: CONFIRM }))),
    );
    expect(begun.map(({ kind }) => kind).sort()).toEqual(['begun', ...Array<string>(5).fill('known')]);
    expect(await db.sql(`SELECT 1 FROM attempts WHERE operation = 'confirm'`)).toHaveLength(1);
  });
});

describe('A kept answer', () => {
  const settle = (hoursAgo: number) =>
    db.sql(
      `UPDATE attempts SET state = 'succeeded', next_check_at = NULL, settled_at = now() - make_interval(hours => $1)`,
      [hoursAgo],
    );

  it('is there for two days, and gone afterwards', async () => {
    const attempt = await begun();
    await db.records.finish(attempt.id, { kind: 'done' });
    await settle(47);
    await age(47);
    expect(await db.records.prune()).toBe(0);
    await age(2);
    expect(await db.records.prune()).toBe(1);
    expect(await db.records.find(scope())).toBeNull();
  });

  it('that was found out late is there for a day from then on', async () => {
    const attempt = await begun();
    await db.records.finish(attempt.id, { kind: 'done' });
    await settle(1);
    await age(100);
    expect(await db.records.prune()).toBe(0);
    await settle(25);
    expect(await db.records.prune()).toBe(1);
  });

  it('that is still being found out is never forgotten', async () => {
    await begun();
    await age(10_000);
    expect(await db.records.prune()).toBe(0);
  });
});
