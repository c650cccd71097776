import { CallsForPerson } from '../../src/infrastructure/postgres/calls-for-person';
import { PostgresRecoveryNotes } from '../../src/infrastructure/postgres/postgres-recovery-notes';
import { PostgresRecoveryQueries } from '../../src/infrastructure/postgres/postgres-recovery-queries';
import { InvalidCursor } from '../../src/application/shared/page';
import { ServiceDatabase } from '../support/service-database';
import { CHARGE } from '../support/samples';

let db: ServiceDatabase;
let queries: PostgresRecoveryQueries;
beforeAll(async () => {
  db = await ServiceDatabase.create();
  queries = new PostgresRecoveryQueries(db.unitOfWork, db.cipher);
});
beforeEach(() => db.empty());
afterAll(() => db.close());

/** An attempt whose answer was lost so many minutes ago. */
const inDoubt = async (minutes: number): Promise<string> => {
  const { attempt } = await db.stored({}, CHARGE);
  await db.sql(
    `UPDATE attempts SET state = 'unknown', doubt = 'lost_answer', checks = 3, next_check_at = now() + interval '1 minute',
     first_sent_at = now() - make_interval(mins => $2) WHERE id = $1`,
    [attempt.id, minutes],
  );
  return attempt.id;
};

const listed = async (filter = {}) => (await queries.list(filter, 10, null)).data.map(({ id }) => id);

it('What was just sent is not in doubt; what is, is listed with the oldest first', async () => {
  await db.stored();
  const [a, b, c] = [await inDoubt(5), await inDoubt(90), await inDoubt(30)];
  expect(await listed()).toEqual([b, c, a]);
  expect(await listed({ kind: 'refund' })).toEqual([]);
  expect(await listed({ kind: 'attempt' })).toEqual([b, c, a]);
});

it('What its sender never came back to is listed when the lease is over', async () => {
  const { attempt } = await db.stored();
  await db.sql('UPDATE attempts SET next_check_at = now()');
  expect(await listed()).toEqual([attempt.id]);
});

it('Pages follow each other without a gap or a repeat, and a cursor of nobody is refused', async () => {
  const all: string[] = [];
  for (let n = 0; n < 5; n++) all.push(await inDoubt(60 - n));
  const first = await queries.list({}, 2, null);
  const second = await queries.list({}, 2, first.nextCursor);
  const third = await queries.list({}, 2, second.nextCursor);
  expect([first, second, third].flatMap(({ data }) => data.map(({ id }) => id))).toEqual(all);
  expect(third.nextCursor).toBeNull();
  await expect(queries.list({}, 2, 'x')).rejects.toThrow(InvalidCursor);
});

it('What a person must look at is apart: attempts, and payments that contradict', async () => {
  const [plain, handed] = [await inDoubt(5), await inDoubt(90)];
  await db.sql("UPDATE attempts SET handed_over_at = now(), handed_over_reason = 'Look' WHERE id = $1", [handed]);
  const { id } = await db.paid();
  await db.sql("UPDATE payments SET attention = 'Stripe shows 1' WHERE id = $1", [id]);
  expect(await listed({ attention: true })).toEqual([handed, id]);
  expect(await listed({ attention: false })).toEqual([plain]);
  expect(await queries.get(id)).toMatchObject({ kind: 'payment', attention: 'Stripe shows 1', noEffectFrom: null });
});

it('All that is known of an attempt: what was asked, by which key, how it is looked at, and from when on it is over', async () => {
  const id = await inDoubt(5);
  const known = await queries.get(id);
  expect(known).toMatchObject({
    kind: 'attempt',
    what: 'create 4999 gbp',
    state: 'unknown',
    checks: 3,
    facts: {
      idempotencyKey: `cashdesk-${id}`,
      asked: { operation: 'create', confirm: true },
      doubt: 'lost_answer',
      lookedAt: 'by the list of that time, then by the same request under the same key',
    },
  });
  const from = new Date(known!.noEffectFrom!).getTime() - new Date(known!.since).getTime();
  expect(from / 60_000).toBeCloseTo(23 * 60 + 10, 3);
  await db.sql("UPDATE attempts SET doubt = 'server_error'");
  const failed = await queries.get(id);
  expect(failed!.facts.lookedAt).toBe('by the complete list of that time');
  expect(new Date(failed!.noEffectFrom!).getTime() - new Date(failed!.since).getTime()).toBe(600_000);
  expect(await queries.get('att_none')).toBeNull();
});

it('Why a person settled it is kept sealed, and opened again', async () => {
  const id = await inDoubt(5);
  const notes = new PostgresRecoveryNotes(db.unitOfWork, db.binding, db.cipher, db.ids);
  const note = { kind: 'attempt', subject: id, verdict: 'adopted', stripeObject: 'pi_1', by: 'cli:ada' } as const;
  await notes.keep({ ...note, note: 'Ada Lovelace called' });
  expect(await notes.of(id)).toMatchObject([{ ...note, note: 'Ada Lovelace called' }]);
  const [row] = await db.sql<{ note: string; payment_id: string | null }>(
    'SELECT note, payment_id FROM recovery_notes',
  );
  expect(row!.note).not.toContain('Ada');
  expect(row!.payment_id).toMatch(/^pay_/);
  expect(await notes.of('att_none')).toEqual([]);
});

it('What was listed for a person is told of once, and not what was before the start', async () => {
  const call = (id: string, type: string, attempt: string) =>
    db.sql(
      `INSERT INTO domain_events (type, payment_id, cause, data, occurred_at)
       VALUES ($2, $1, 'sweeper', jsonb_build_object('attempt', $3::text, 'reason', 'Look'), now())`,
      [id, type, attempt],
    );
  const { id } = await db.settled();
  await call(id, 'payment.attempt_needs_person', 'att_before');
  const calls = new CallsForPerson(db.unitOfWork);
  expect(await calls.news()).toEqual([]);
  await call(id, 'payment.attempt_needs_person', 'att_1');
  await call(id, 'payment.declined', 'att_2');
  const told = { event: 'payment.attempt_needs_person', about: id, subject: 'att_1', reason: 'Look' };
  expect(await calls.news()).toEqual([told]);
  expect(await calls.news()).toEqual([]);
});
