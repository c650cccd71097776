import { outcomeOf } from '../../src/application/payment/payment-outcome';
import { Attempt } from '../../src/domain/payment/attempt';
import { Payment } from '../../src/domain/payment/payment';
import { PostgresAnswerIntake } from '../../src/infrastructure/postgres/postgres-answer-intake';
import { PostgresPaymentIntake } from '../../src/infrastructure/postgres/postgres-payment-intake';
import { PostgresSightIntake } from '../../src/infrastructure/postgres/postgres-sight-intake';
import type { PostgresUnitOfWork } from '../../src/infrastructure/postgres/postgres-unit-of-work';
import { CHARGE, paid, seen } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
/** Every statement that ran through the intakes. */
let statements: string[];
let intake: PostgresPaymentIntake;
let answers: PostgresAnswerIntake;
let counting: PostgresUnitOfWork;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(async () => {
  await db.empty();
  statements = [];
  const rows = <T>(sql: string, values: unknown[]): Promise<T[]> => {
    statements.push(sql);
    return db.unitOfWork.rows<T>(sql, values);
  };
  counting = { isOpen: false, rows } as unknown as PostgresUnitOfWork;
  intake = new PostgresPaymentIntake(counting, db.binding, db.cipher);
  answers = new PostgresAnswerIntake(counting, db.cipher);
});
afterAll(() => db.close());

interface Stored {
  readonly payment: Payment;
  readonly attempt: Attempt;
}

/** Begins one for each, at once. */
async function begun(drafts: readonly Stored[]): Promise<string[]> {
  const intakes = drafts.map(({ payment, attempt }, n) =>
    intake.begin(payment, attempt, db.scope(`at-once-${String(n)}`)),
  );
  return (await Promise.all(intakes)).map(({ kind }) => kind);
}

function drafts(count: number): Stored[] {
  return Array.from({ length: count }, (_, n) => db.draft({ reference: `order_${String(n)}` }, CHARGE));
}

function answered({ payment, attempt }: Stored, charge = `ch_${payment.id}`): Promise<boolean> {
  const now = new Date();
  const [changed, settled] = [Payment.restore(payment.snapshot()), Attempt.restore(attempt.snapshot())];
  changed.observe(seen({ ...paid(charge), intent: `pi_${payment.id}` }), now, `attempt:${attempt.id}`);
  settled.settle('succeeded', { charge }, 'req_1', now);
  return answers.store(changed, settled, outcomeOf(changed, settled));
}

const payments = () =>
  db.sql<{ reference: string; status: string }>('SELECT reference, status FROM payments ORDER BY reference');

describe('Payments that come at once', () => {
  it('are few statements, and each is stored', async () => {
    expect(await begun(drafts(30))).toEqual(Array(30).fill('begun'));
    expect(statements.length).toBeLessThanOrEqual(4);
    expect(
      await Promise.all(['payments', 'attempts', 'domain_events', 'idempotency_records'].map((t) => db.count(t))),
    ).toEqual(Array(4).fill(30));
  });

  it('have a fate each: one that cannot be stored takes no other with it', async () => {
    const first = db.draft({ reference: 'order_2' });
    await intake.begin(first.payment, first.attempt, db.scope('first'));
    const second = db.draft({ reference: 'another' });
    await intake.begin(second.payment, second.attempt, db.scope('at-once-7'));
    const many = drafts(12);
    many[5] = db.draft({ reference: 'order_5', customer: db.ids.next('cus') });
    const kinds = await begun(many);
    const expected = Array<string>(12).fill('begun');
    expected[2] = 'reference_taken';
    expected[5] = 'customer_unknown';
    expected[7] = 'known';
    expect(kinds).toEqual(expected);
    expect(await db.count('payments')).toBe(2 + 9);
    expect(await db.count('attempts')).toBe(2 + 9);
  });

  it('keep their own answers, in few statements', async () => {
    const many = drafts(20);
    await begun(many);
    statements.length = 0;
    expect(await Promise.all(many.map((each) => answered(each)))).toEqual(Array(20).fill(true));
    expect(statements.length).toBeLessThanOrEqual(4);
    for (const { payment, attempt } of many) {
      expect(await db.payments.find(payment.id)).toMatchObject({ intent: `pi_${payment.id}`, status: 'succeeded' });
      expect(await db.payments.findAttempt(attempt.id)).toMatchObject({
        state: 'succeeded',
        charge: `ch_${payment.id}`,
      });
      const events = await db.sql('SELECT type FROM domain_events WHERE payment_id = $1 ORDER BY id', [payment.id]);
      expect(events).toEqual([{ type: 'payment.created' }, { type: 'payment.succeeded' }]);
    }
    const records = await db.sql<{ key: string; outcome: unknown }>('SELECT key FROM idempotency_records');
    for (const { key } of records) {
      const record = await db.records.find(db.scope(key));
      expect(record).toMatchObject({ state: 'done', outcome: { payment: { id: record?.resource } } });
    }
  });

  it('are not answered where they were changed, or another has the charge, and the others are', async () => {
    const many = drafts(8);
    await begun(many);
    await db.change(many[3]!.payment.id, async (payment) => {
      payment.askAgain(new Date());
      await db.payments.save(payment);
    });
    const stored = await Promise.all(many.map((each, n) => answered(each, n === 6 || n === 7 ? 'ch_same' : undefined)));
    expect(stored.map((one, n) => (one ? n : -1)).filter((n) => n >= 0)).toHaveLength(6);
    expect(stored[3]).toBe(false);
    expect(stored[6] !== stored[7]).toBe(true);
    expect((await payments()).filter(({ status }) => status === 'succeeded')).toHaveLength(6);
  });

  it.each([
    ['empty', 0],
    ['small', 5],
  ])('are found by their ids, by plans made while the tables were %s', async (_what, rows) => {
    if (rows > 0) await begun(drafts(rows));
    await db.sql('ANALYZE payments, attempts, idempotency_records');
    const draft = db.draft({ reference: 'the last' }, CHARGE);
    await intake.begin(draft.payment, draft.attempt, db.scope('last'));
    await answered(draft);
    await new PostgresSightIntake(counting, db.cipher).store(draft.payment, []);
    expect(new Set(statements.slice(-3)).size).toBe(3);
    for (const sql of statements.slice(-3)) {
      const [explained] = await db.sql<Explained>(`EXPLAIN (GENERIC_PLAN, FORMAT JSON) ${sql}`);
      expect(readsWhole(explained!['QUERY PLAN'][0]!.Plan)).toEqual([]);
    }
  });
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Plans?: readonly Plan[];
}

interface Explained {
  readonly 'QUERY PLAN': readonly { readonly Plan: Plan }[];
}

/** The tables that are read without a condition on an index. */
function readsWhole(plan: Plan): string[] {
  const { 'Node Type': type, 'Relation Name': table, 'Index Cond': condition, Plans: below = [] } = plan;
  const whole = table !== undefined && type !== 'ModifyTable' && condition === undefined ? [`${type} of ${table}`] : [];
  return [...whole, ...below.flatMap(readsWhole)];
}
