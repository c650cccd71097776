import { AsyncLocalStorage } from 'node:async_hooks';
import { AnswerIntake } from '../../src/application/payment/answer-intake';
import { CarryOutAttempt } from '../../src/application/payment/carry-out-attempt';
import type { GatewayAnswer } from '../../src/application/payment/payment-gateway';
import { outcomeOf } from '../../src/application/payment/payment-outcome';
import { RecordFinding } from '../../src/application/payment/record-finding';
import { Attempt } from '../../src/domain/payment/attempt';
import type { IntentObservation } from '../../src/domain/payment/intent-observation';
import { Payment } from '../../src/domain/payment/payment';
import { openAnswer } from '../../src/infrastructure/postgres/idempotency-answer';
import { MovableClock } from '../support/fakes/movable-clock';
import { ScriptedStripe } from '../support/fakes/scripted-stripe';
import { CHALLENGE, CHARGE, declinedBy, money, paid, reserved, seen } from '../support/samples';
import { eventually } from '../support/running-service';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

interface Stored {
  readonly payment: Payment;
  readonly attempt: Attempt;
}

/** As they are once Stripe has shown this. */
function answered({ payment, attempt }: Stored, shown: Partial<IntentObservation> = paid()): Stored {
  const now = new Date();
  const [changed, settled] = [Payment.restore(payment.snapshot()), Attempt.restore(attempt.snapshot())];
  changed.observe(seen(shown), now, `attempt:${attempt.id}`);
  settled.settle('succeeded', { charge: shown.charge ?? null }, 'req_1', now);
  return { payment: changed, attempt: settled };
}

function store({ payment, attempt }: Stored): Promise<boolean> {
  return db.answers.store(payment, attempt, outcomeOf(payment, attempt));
}

const everything = async () => ({
  payments: await db.sql('SELECT * FROM payments'),
  attempts: await db.sql('SELECT * FROM attempts ORDER BY id'),
  events: await db.sql('SELECT * FROM domain_events'),
  facts: await db.sql("SELECT to_jsonb(f) - 'noted_at' AS fact FROM ledger_facts f"),
  records: await db.sql("SELECT to_jsonb(r) - 'created_at' AS record FROM idempotency_records r"),
});

describe('An answer taken in by one statement', () => {
  it.each<[string, Partial<GatewayAnswer>, Partial<IntentObservation>]>([
    ['a success', {}, { ...paid('ch'), riskScore: 12, riskLevel: 'normal' }],
    ['a reservation', {}, reserved('ch')],
    ['a challenge', {}, CHALLENGE],
    ['an intent that the client finishes', {}, {}],
    ['a decline', { kind: 'declined', failure: declinedBy('ch').failure!, charge: 'ch' }, declinedBy('ch')],
    ['a refusal that shows the intent', { kind: 'rejected', code: 'a', message: 'b' }, { status: 'canceled' }],
    ['an intent over another amount', {}, { amount: 5_000 }],
  ])('leaves just the rows that the long way leaves: %s', async (_what, answer, shown) => {
    const clock = new MovableClock();
    const carriedOut = async (answers: AnswerIntake, name: string): Promise<string> => {
      const stored = await db.stored({ reference: name, metadata: { a: 'b' } }, CHARGE);
      const sight = seen({ ...shown, intent: `pi_${name}` });
      const own = (charge: string | null) => (charge === null ? null : `${charge}_${name}`);
      const [charge, failedCharge] = [own(sight.charge), own(sight.failedCharge)];
      const stripe = new ScriptedStripe();
      const said = { kind: 'accepted', request: 'req_1', replayed: false, ...answer };
      const given = { ...said, seen: { ...sight, charge, failedCharge }, ...('charge' in said ? { charge } : {}) };
      stripe.send = async () => given as GatewayAnswer;
      const record = new RecordFinding(db.unitOfWork, db.payments, db.records, stripe, clock);
      const outcome = await new CarryOutAttempt(stripe, answers, record, clock).execute(stored.payment, stored.attempt);
      const [row] = await db.sql<{ answer: string }>('SELECT answer FROM idempotency_records');
      const opened = [
        (await db.payments.find(stored.payment.id))!.snapshot(),
        (await db.payments.findAttempt(stored.attempt.id))!.snapshot(),
        openAnswer(db.cipher, stored.attempt.id, row!.answer),
      ];
      return named({ outcome, opened, ...(await everything()) }, stored, name);
    };
    const short = await carriedOut(db.answers, 'short');
    await db.empty();
    const long = await carriedOut(new NeverAtOnce(), 'long');
    expect(JSON.parse(short)).toEqual(JSON.parse(long));
    expect(short).toContain(`"state":"done"`);
  });

  it('stores nothing when the payment was changed since it was sent', async () => {
    const stored = await db.stored({}, CHARGE);
    await db.change(stored.payment.id, async (payment) => {
      payment.askAgain(new Date());
      await db.payments.save(payment);
    });
    const before = await everything();
    expect(await store(answered(stored))).toBe(false);
    expect(await everything()).toEqual(before);
  });

  it('stores nothing when the attempt was taken for lost since it was sent', async () => {
    const stored = await db.stored({}, CHARGE);
    const { payment, attempt } = answered(stored);
    await db.change(payment.id, () => doubt(stored.attempt));
    const before = await everything();
    expect(await store({ payment, attempt })).toBe(false);
    expect(await everything()).toEqual(before);
  });

  it.each<[string, (stored: Stored, locked: Payment) => Promise<void>]>([
    ['takes the attempt for lost', ({ attempt }) => doubt(attempt)],
    [
      'changes the payment',
      async (_stored, locked) => {
        locked.askAgain(new Date(1));
        await db.payments.save(locked);
      },
    ],
  ])('waits for who holds the payment, and stores nothing when that one %s', async (_what, change) => {
    const stored = await db.stored({}, CHARGE);
    const ready = answered(stored);
    const storing = await db.change(stored.payment.id, async (locked) => {
      const result = outside(() => store(ready));
      await someoneWaits();
      await change(stored, locked);
      return { result };
    });
    expect(await storing.result).toBe(false);
    expect(await db.payments.find(stored.payment.id)).toMatchObject({ intent: null });
    expect(await db.count("domain_events WHERE type = 'payment.succeeded'")).toBe(0);
    expect((await db.sql('SELECT state FROM idempotency_records'))[0]).toEqual({ state: 'running' });
  });

  it('waits for who holds the payment, and is stored when that one leaves it as it was', async () => {
    const stored = await db.stored({}, CHARGE);
    const ready = answered(stored);
    const storing = await db.change(stored.payment.id, async () => {
      const result = outside(() => store(ready));
      await someoneWaits();
      return { result };
    });
    expect(await storing.result).toBe(true);
    expect(await db.payments.find(stored.payment.id)).toMatchObject({
      intent: 'pi_1',
      status: 'succeeded',
      version: 2,
    });
  });

  it.each(['client', 'api'] as const)(
    'stores nothing when the charge is kept for another attempt, of origin %s',
    async (origin) => {
      const other = await db.stored();
      const stored = await db.stored({}, CHARGE);
      await db.sql(
        "UPDATE attempts SET stripe_charge = 'ch_1', origin = $2, asked = CASE $2 WHEN 'api' THEN asked END WHERE id = $1",
        [other.attempt.id, origin],
      );
      const before = await everything();
      expect(await store(answered(stored))).toBe(false);
      expect(await everything()).toEqual(before);
    },
  );

  it('stores nothing when the intent is kept for another payment, which the long way tells', async () => {
    const other = await db.stored();
    expect(await store(answered(other, {}))).toBe(true);
    const stored = await db.stored({}, CHARGE);
    const before = await everything();
    expect(await store(answered(stored))).toBe(false);
    expect(await everything()).toEqual(before);
  });

  it('is stored once by 20 at once', async () => {
    const stored = await db.stored({ money: money(4_999) }, CHARGE);
    const results = await Promise.all(Array.from({ length: 20 }, () => store(answered(stored))));
    expect(results.filter((result) => result)).toHaveLength(1);
    expect(await db.count("domain_events WHERE type = 'payment.succeeded'")).toBe(1);
    expect(await db.sql('SELECT kind, subject, amount, currency FROM ledger_facts')).toEqual([
      { kind: 'charge_succeeded', subject: stored.payment.id, amount: '4999', currency: 'gbp' },
    ]);
  });

  it('is not stored within a transaction, which a failure of it would spoil', async () => {
    const stored = await db.stored({}, CHARGE);
    await expect(db.unitOfWork.run(() => store(answered(stored)))).rejects.toThrow('outside of a transaction');
  });
});

async function doubt(attempt: Attempt): Promise<void> {
  attempt.doubtful('lost_answer', 'Who sent it did not come back with the answer.', new Date(), new Date());
  await db.payments.saveAttempt(attempt);
}

/** Runs it as another request would: it joins no transaction that is open here. */
const outside = AsyncLocalStorage.snapshot();

async function someoneWaits(): Promise<void> {
  await eventually(async () => {
    const waiting = "pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    if ((await db.count(waiting)) === 0) throw new Error('nobody waits');
  });
}

class NeverAtOnce extends AnswerIntake {
  override async store(): Promise<boolean> {
    return false;
  }
}

/** What differs between two runs for good reason is put into words that are equal. */
function named(rows: object, { payment, attempt }: Stored, name: string): string {
  const { createdAt, expiresAt } = payment.snapshot();
  return JSON.stringify(rows, (key, value: unknown) => {
    if (typeof value === 'string' && value.startsWith('v1.test.')) return '(sealed)';
    const isNew = ['recorded_at', 'key'].includes(key) || (key === 'id' && !Number.isNaN(Number(value)));
    return isNew ? '(new)' : value;
  })
    .replaceAll(payment.id, 'the payment')
    .replaceAll(attempt.id, 'the attempt')
    .replaceAll(createdAt.toISOString(), 'the beginning')
    .replaceAll(expiresAt.toISOString(), 'the end')
    .replaceAll(`_${name}`, '')
    .replaceAll(`"${name}"`, '"name"');
}
