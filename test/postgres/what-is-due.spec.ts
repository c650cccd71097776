import { Client } from 'pg';
import { Attempt } from '../../src/domain/payment/attempt';
import { CANCEL } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

/** The ids of what is taken. */
const take = async (limit: number): Promise<string[]> => (await db.due.takeAttempts(limit)).map(({ id }) => id);

const dueNow = () => db.sql('UPDATE attempts SET next_check_at = now() WHERE next_check_at IS NOT NULL');

describe('An attempt', () => {
  it('just sent is not due; when its lease is over it is, once', async () => {
    const { attempt } = await db.stored();
    expect(await take(10)).toEqual([]);
    await dueNow();
    expect(await take(10)).toEqual([attempt.id]);
    expect(await take(10)).toEqual([]);
  });

  it('is taken by one of ten that ask at once', async () => {
    for (let n = 0; n < 20; n++) await db.stored();
    await dueNow();
    const taken = (await Promise.all(Array.from({ length: 10 }, () => take(4)))).flat();
    expect(taken).toHaveLength(20);
    expect(new Set(taken).size).toBe(20);
  });

  it('that another holds is passed over without waiting', async () => {
    const { attempt } = await db.stored();
    const { attempt: other } = await db.stored();
    await dueNow();
    const holder = new Client({ connectionString: db.database.url });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM attempts WHERE id = $1 FOR UPDATE', [attempt.id]);
    expect(await take(10)).toEqual([other.id]);
    await holder.end();
  });

  it('that was waiting longest comes first', async () => {
    const [a, b, c] = [await db.stored(), await db.stored(), await db.stored()];
    for (const [n, { attempt }] of [c, a, b].entries()) {
      await db.sql('UPDATE attempts SET next_check_at = now() - make_interval(secs => $2) WHERE id = $1', [
        attempt.id,
        100 - n,
      ]);
    }
    expect(await take(1)).toEqual([c.attempt.id]);
    expect(await take(1)).toEqual([a.attempt.id]);
  });

  it('that is settled is never due', async () => {
    await db.settled();
    expect(await take(10)).toEqual([]);
  });
});

describe('A payment to be asked about again', () => {
  it('is taken once, by its intent, and comes up again later', async () => {
    const { id } = await db.settled();
    await db.sql(`UPDATE payments SET refresh_due_at = now()`);
    expect(await db.due.takeRefreshes(10)).toEqual([]);
    await db.sql(`UPDATE payments SET stripe_payment_intent = 'pi_1', refresh_due_at = now() WHERE id = $1`, [id]);
    const taken = await Promise.all(Array.from({ length: 5 }, () => db.due.takeRefreshes(10)));
    expect(taken.flat()).toEqual(['pi_1']);
    const [row] = await db.sql<{ later: boolean }>('SELECT refresh_due_at > now() AS later FROM payments');
    expect(row).toEqual({ later: true });
  });
});

describe('A payment past its expiry', () => {
  const expire = () => db.sql(`UPDATE payments SET expires_at = now() - interval '1 minute'`);

  it('is due, and one before it is not', async () => {
    const { id } = await db.settled();
    expect(await db.due.takeExpired(10)).toEqual([]);
    await expire();
    expect(await db.due.takeExpired(10)).toEqual([id]);
  });

  it.each(['processing', 'authorized', 'succeeded', 'canceled', 'failed'])(
    'that is %s is left alone',
    async (status) => {
      await db.settled();
      await expire();
      await db.sql('UPDATE payments SET status = $1', [status]);
      expect(await db.due.takeExpired(10)).toEqual([]);
    },
  );

  it('is left alone while something is under way', async () => {
    await db.stored();
    await expire();
    expect(await db.due.takeExpired(10)).toEqual([]);
  });

  it('whose cancellation Stripe refused is tried again after ten minutes', async () => {
    const { id } = await db.settled();
    await expire();
    const cancel = Attempt.prepare(db.ids.next('att'), id, 'expiry', CANCEL, new Date());
    await db.payments.addAttempt(cancel);
    expect(await take(10)).toEqual([cancel.id]);
    cancel.settle('rejected', { code: 'x' }, null, new Date());
    await db.payments.saveAttempt(cancel);
    expect(await db.due.takeExpired(10)).toEqual([]);
    await db.sql(`UPDATE attempts SET created_at = created_at - interval '11 minutes' WHERE origin = 'expiry'`);
    expect(await db.due.takeExpired(10)).toEqual([id]);
  });
});
