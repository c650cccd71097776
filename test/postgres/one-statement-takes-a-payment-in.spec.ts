import { CHARGE, money } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const TABLES = ['payments', 'attempts', 'domain_events', 'idempotency_records'];
const counts = () => Promise.all(TABLES.map((table) => db.count(table)));

describe('A new payment', () => {
  it('is stored with its attempt, its event and its key, and read back as it was', async () => {
    const terms = {
      money: money(2 ** 53 - 1, 'usd'),
      customer: await db.customer(),
      description: 'Zürich, 2 nights',
      metadata: { room: '"7"', emoji: '🛏' },
      serviceDate: '2026-02-28',
      captureMethod: 'manual',
    } as const;
    const { payment, attempt } = db.draft(terms, CHARGE);
    expect(await db.intake.begin(payment, attempt, db.scope('key-1'))).toEqual({ kind: 'begun' });
    // That of the customer is there before.
    expect(await counts()).toEqual([1, 1, 2, 1]);
    expect((await db.payments.find(payment.id))!.snapshot()).toEqual(payment.snapshot());
    const { nextCheckAt, ...sent } = attempt.snapshot();
    expect((await db.payments.findAttempt(attempt.id))!.snapshot()).toMatchObject(sent);
    expect(nextCheckAt).toBeNull();
    expect((await db.payments.findAttempt(attempt.id))!.snapshot().nextCheckAt).toBeInstanceOf(Date);
    expect(await db.sql('SELECT type, cause, data FROM domain_events WHERE payment_id IS NOT NULL')).toEqual([
      {
        type: 'payment.created',
        cause: `attempt:${attempt.id}`,
        data: { amount: 2 ** 53 - 1, currency: 'usd', reference: 'booking_123', purpose: 'full' },
      },
    ]);
    expect(await db.records.find(db.scope('key-1'))).toEqual({
      fingerprint: 'the same',
      state: 'running',
      leased: true,
      resource: payment.id,
      attemptId: attempt.id,
      outcome: null,
    });
  });

  it('under a key that is known stores nothing', async () => {
    await db.stored();
    const { payment, attempt } = db.draft();
    await db.intake.begin(payment, attempt, db.scope('key-1'));
    const second = db.draft({ reference: 'another' });
    expect(await db.intake.begin(second.payment, second.attempt, db.scope('key-1', 'another body'))).toEqual({
      kind: 'known',
    });
    expect(await counts()).toEqual([2, 2, 2, 2]);
    expect((await db.records.find(db.scope('key-1')))?.fingerprint).toBe('the same');
  });

  it('for a reference that is taken stores nothing, and names the payment that holds it', async () => {
    const first = db.draft();
    await db.intake.begin(first.payment, first.attempt, db.scope('key-1'));
    const second = db.draft();
    expect(await db.intake.begin(second.payment, second.attempt, db.scope('key-2'))).toEqual({
      kind: 'reference_taken',
      paymentId: first.payment.id,
    });
    expect(await counts()).toEqual([1, 1, 1, 1]);
    expect(await db.records.find(db.scope('key-2'))).toBeNull();
  });

  it('for a customer that does not exist is refused, stores nothing and leaves the key free', async () => {
    const none = db.draft({ customer: db.ids.next('cus') });
    expect(await db.intake.begin(none.payment, none.attempt, db.scope('key-1'))).toEqual({ kind: 'customer_unknown' });
    expect(await counts()).toEqual([0, 0, 0, 0]);
    const known = db.draft({ customer: await db.customer() });
    expect(await db.intake.begin(known.payment, known.attempt, db.scope('key-1'))).toEqual({ kind: 'begun' });
  });

  it('that was refused its reference has its event when it is stored after all', async () => {
    const first = db.draft();
    await db.intake.begin(first.payment, first.attempt, db.scope('key-1'));
    const second = db.draft();
    await db.intake.begin(second.payment, second.attempt, db.scope('key-2'));
    await db.change(first.payment.id, async (payment) => {
      payment.cancelUnsent('superseded', new Date(), 'test');
      await db.payments.save(payment);
    });
    expect(await db.intake.begin(second.payment, second.attempt, db.scope('key-2'))).toEqual({ kind: 'begun' });
    const events = await db.sql('SELECT type FROM domain_events WHERE payment_id = $1', [second.payment.id]);
    expect(events).toEqual([{ type: 'payment.created' }]);
  });

  it('under a known key for a taken reference is known: the first answer comes first', async () => {
    const first = db.draft();
    await db.intake.begin(first.payment, first.attempt, db.scope('key-1'));
    const again = db.draft();
    expect(await db.intake.begin(again.payment, again.attempt, db.scope('key-1'))).toEqual({ kind: 'known' });
  });

  it.each([
    ['of another purpose', { purpose: 'deposit' }],
    ['of another reference', { reference: 'booking_124' }],
    ['that may be another', { allowAnother: true }],
  ])('%s stands beside the first', async (_what, terms) => {
    const first = db.draft();
    await db.intake.begin(first.payment, first.attempt, db.scope('key-1'));
    const second = db.draft(terms);
    expect(await db.intake.begin(second.payment, second.attempt, db.scope('key-2'))).toEqual({ kind: 'begun' });
  });

  it.each(['succeeded', 'canceled', 'failed'])('beside one that %s', async (status) => {
    const first = db.draft();
    await db.intake.begin(first.payment, first.attempt, db.scope('key-1'));
    await db.sql('UPDATE payments SET status = $1', [status]);
    const { payment, attempt } = db.draft();
    const { kind } = await db.intake.begin(payment, attempt, db.scope('key-2'));
    expect(kind).toBe(status === 'succeeded' ? 'reference_taken' : 'begun');
  });
});

describe('At once', () => {
  it('20 creates of one key store one payment', async () => {
    const kinds = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const { payment, attempt } = db.draft();
        return (await db.intake.begin(payment, attempt, db.scope('key-1'))).kind;
      }),
    );
    expect(kinds.sort()).toEqual(['begun', ...Array<string>(19).fill('known')]);
    expect(await counts()).toEqual([1, 1, 1, 1]);
  });

  it('20 creates of one reference under 20 keys store one payment, and 19 are told which', async () => {
    const intakes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => {
        const { payment, attempt } = db.draft();
        return db.intake.begin(payment, attempt, db.scope(`key-${String(n)}`));
      }),
    );
    expect(intakes.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
    const [stored] = await db.sql<{ id: string }>('SELECT id FROM payments');
    const taken = intakes.filter(({ kind }) => kind === 'reference_taken');
    expect(taken).toEqual(Array(19).fill({ kind: 'reference_taken', paymentId: stored!.id }));
    expect(await counts()).toEqual([1, 1, 1, 1]);
  });

  it('20 creates of 2 keys and one reference store one payment, and every other one is refused or known', async () => {
    const kinds = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const { payment, attempt } = db.draft();
        return (await db.intake.begin(payment, attempt, db.scope(`key-${String(n % 2)}`))).kind;
      }),
    );
    expect(kinds.filter((kind) => kind === 'begun')).toHaveLength(1);
    expect(kinds).toHaveLength(20);
    expect(await counts()).toEqual([1, 1, 1, 1]);
  });

  it('a cancellation and 10 creates of its reference leave one live payment', async () => {
    const held = await db.settled({ reference: 'contended' });
    const cancel = db.change(held.id, async (payment) => {
      payment.cancelUnsent('abandoned', new Date(), 'test');
      await db.payments.save(payment);
    });
    const creates = Array.from({ length: 10 }, (_, n) => {
      const { payment, attempt } = db.draft({ reference: 'contended' });
      return db.intake.begin(payment, attempt, db.scope(`key-${String(n)}`));
    });
    await Promise.all([cancel, ...creates]);
    const live = await db.sql(`SELECT 1 FROM payments WHERE status <> 'canceled'`);
    expect(live.length).toBeLessThanOrEqual(1);
  });
});
