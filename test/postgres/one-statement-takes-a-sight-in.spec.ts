import { KeepClientAttempts } from '../../src/application/payment/keep-client-attempts';
import type { PaymentGateway } from '../../src/application/payment/payment-gateway';
import { RefreshPayment } from '../../src/application/payment/refresh-payment';
import { SightIntake } from '../../src/application/payment/sight-intake';
import { StoreSight } from '../../src/application/payment/store-sight';
import { Attempt, type ChargeReport } from '../../src/domain/payment/attempt';
import type { IntentObservation, ObservedCharge } from '../../src/domain/payment/intent-observation';
import { Payment } from '../../src/domain/payment/payment';
import { MovableClock } from '../support/fakes/movable-clock';
import { NumberedIdentifiers } from '../support/fakes/numbered-identifiers';
import { after, CONFIRM, declinedBy, paid, reserved, seen } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const NO_NEWS = { failure: null, failedCharge: null };

function charge(id: string, succeeded = true): ObservedCharge {
  const report: ChargeReport = {
    charge: id,
    code: succeeded ? null : 'card_declined',
    declineCode: succeeded ? null : 'insufficient_funds',
    message: succeeded ? null : 'Your card has insufficient funds.',
    riskScore: 12,
    riskLevel: 'normal',
  };
  return { ...report, charge: id, succeeded, at: after(-60_000) };
}

/** A payment that waits for its payer, known at Stripe as pi_1. */
async function waiting(reference = 'order', intent = 'pi_1'): Promise<Payment> {
  const { id } = await db.settled({ reference, metadata: { a: 'b' } });
  return db.change(id, async (payment) => {
    payment.observe(seen({ intent }), new Date(), 'test');
    await db.payments.save(payment);
    return payment;
  });
}

function changed(payment: Payment, shown: Partial<IntentObservation> = paid('ch_9')): Payment {
  const copy = Payment.restore(payment.snapshot());
  copy.observe(seen({ intent: payment.intent ?? 'pi_1', ...shown }), new Date(), 'event:evt_1');
  return copy;
}

function mirrored(payment: Payment, id = 'ch_9'): Attempt {
  return Attempt.mirror(db.ids.next('att'), payment.id, charge(id), 'succeeded', new Date());
}

const everything = async () => ({
  payments: await db.sql(
    "SELECT to_jsonb(p) - ARRAY['created_at', 'expires_at'] AS payment FROM payments p ORDER BY id",
  ),
  attempts: await db.sql("SELECT * FROM attempts WHERE origin = 'client' ORDER BY id"),
  events: await db.sql(
    "SELECT type, payment_id, cause, data, occurred_at FROM domain_events WHERE cause = 'event:evt_1'",
  ),
  facts: await db.sql("SELECT to_jsonb(f) - 'noted_at' AS fact FROM ledger_facts f"),
});

describe('What a look showed, taken in by one statement', () => {
  it.each<[string, Partial<IntentObservation>, ObservedCharge[]]>([
    ['the payer paid', paid('ch'), [charge('ch')]],
    ['the payer paid after a decline', paid('ch'), [charge('ch_before', false), charge('ch')]],
    ['a decline', declinedBy('ch'), [charge('ch', false)]],
    ['a reservation', reserved('ch'), [charge('ch')]],
    ['canceled in the dashboard', { status: 'canceled', cancellationReason: 'fraudulent' }, []],
    ['an intent over another amount', { amount: 5_000 }, []],
  ])('leaves just the rows that the long way leaves: %s', async (_what, shown, charges) => {
    const looked = async (intake: SightIntake) => {
      const [clock, ids] = [new MovableClock(), new NumberedIdentifiers()];
      const { id } = await waiting();
      const keep = new KeepClientAttempts(db.payments, ids);
      const store = new StoreSight(db.unitOfWork, db.payments, intake, keep, clock);
      const gateway = {
        read: async () => ({ kind: 'found', seen: seen({ ...NO_NEWS, ...shown }) }),
        charges: async () => charges,
      } as unknown as PaymentGateway;
      const refresh = new RefreshPayment(db.payments, gateway, store, clock);
      expect(await refresh.execute({ intent: 'pi_1', cause: 'event:evt_1' })).toBe(id);
      const rows = { ...(await everything()), snapshot: (await db.payments.find(id))!.snapshot() };
      return named(JSON.stringify(rows), (await db.payments.find(id))!);
    };
    const intake = new Counted(db.sights);
    const short = await looked(intake);
    expect(intake.stored).toBe(1);
    await db.empty();
    const long = await looked(new NeverAtOnce());
    expect(JSON.parse(short)).toEqual(JSON.parse(long));
    expect(short).toContain('event:evt_1');
  });

  it.each<[string, (payment: Payment) => Promise<void>]>([
    [
      'the payment was changed since it was read',
      (payment) =>
        db.change(payment.id, async (locked) => {
          locked.askAgain(new Date(1));
          await db.payments.save(locked);
        }),
    ],
    [
      'an attempt is under way',
      (payment) =>
        db.change(payment.id, () =>
          db.payments.addAttempt(Attempt.send(db.ids.next('att'), payment.id, 'api', CONFIRM, new Date())),
        ),
    ],
    [
      'an attempt waits for the payer',
      (payment) =>
        db.change(payment.id, async () => {
          const attempt = Attempt.send(db.ids.next('att'), payment.id, 'api', CONFIRM, new Date());
          await db.payments.addAttempt(attempt);
          attempt.settle('requires_action', {}, null, new Date());
          await db.payments.saveAttempt(attempt);
        }),
    ],
    [
      'the charge is kept for an attempt',
      (payment) => db.change(payment.id, () => db.payments.addAttempt(mirrored(payment))),
    ],
  ])('stores nothing when %s', async (_what, happens) => {
    const payment = await waiting();
    await happens(payment);
    const before = await everything();
    expect(await db.sights.store(changed(payment), [mirrored(payment)])).toBe(false);
    expect(await everything()).toEqual(before);
  });

  it('is stored once by 20 at once, whichever statement they are in', async () => {
    const payment = await waiting();
    const stores = Array.from({ length: 20 }, () => db.sights.store(changed(payment), [mirrored(payment)]));
    expect((await Promise.all(stores)).filter((stored) => stored)).toHaveLength(1);
    expect(await db.count("domain_events WHERE type = 'payment.succeeded'")).toBe(1);
    expect(await db.count("attempts WHERE origin = 'client'")).toBe(1);
    expect(await db.count('ledger_facts')).toBe(1);
    expect((await db.payments.find(payment.id))!.version).toBe(payment.version + 1);
  });

  it('of one payment whose charge is taken holds up none of those that come with it', async () => {
    const payments = await Promise.all(['a', 'b', 'c', 'd'].map((name) => waiting(name, `pi_${name}`)));
    await db.change(payments[2]!.id, () => db.payments.addAttempt(mirrored(payments[2]!, 'ch_c')));
    const stored = await Promise.all(
      payments.map((payment) => {
        const own = payment.intent!.replace('pi', 'ch');
        return db.sights.store(changed(payment, paid(own)), [mirrored(payment, own)]);
      }),
    );
    expect(stored).toEqual([true, true, false, true]);
  });

  it('is left to the long way within a transaction, which a failure of it would spoil', async () => {
    const payment = await waiting();
    expect(await db.unitOfWork.run(() => db.sights.store(changed(payment), []))).toBe(false);
  });
});

class Counted extends SightIntake {
  stored = 0;
  constructor(private readonly inner: SightIntake) {
    super();
  }
  override async store(payment: Payment, added: readonly Attempt[]): Promise<boolean> {
    const stored = await this.inner.store(payment, added);
    this.stored += stored ? 1 : 0;
    return stored;
  }
}

class NeverAtOnce extends SightIntake {
  override async store(): Promise<boolean> {
    return false;
  }
}

/** What differs between two runs for good reason is put into words that are equal. */
function named(rows: string, payment: Payment): string {
  const { createdAt, expiresAt } = payment.snapshot();
  return rows
    .replaceAll(/"v1\.test\.[^"]*"/g, '"(sealed)"')
    .replaceAll(/"att_\d{6}"/g, '"(new)"')
    .replaceAll(payment.id, 'the payment')
    .replaceAll(createdAt.toISOString(), 'the beginning')
    .replaceAll(expiresAt.toISOString(), 'the end');
}
