import type { LedgerFact } from '../../src/application/shared/ledger-facts';
import { money, paid, reserved, seen } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const AT = new Date('2026-11-01T12:00:00Z');

const lost: LedgerFact = {
  kind: 'dispute_lost',
  subject: 'dp_1',
  paymentId: null,
  amount: money(700),
  at: AT,
  cause: 'event:evt_1',
};

const facts = () =>
  db.sql('SELECT kind, subject, payment_id, amount, currency, occurred_at, cause, stripe_account FROM ledger_facts');

describe('What the ledger has to know', () => {
  it('is noted as it is told, and counts once however often it is told', async () => {
    await db.facts.note([lost]);
    await db.unitOfWork.run(() => db.facts.note([lost, { ...lost, amount: money(800) }]));
    expect(await facts()).toEqual([
      {
        kind: 'dispute_lost',
        subject: 'dp_1',
        payment_id: null,
        amount: '700',
        currency: 'gbp',
        occurred_at: AT,
        cause: 'event:evt_1',
        stripe_account: 'acct_1',
      },
    ]);
  });

  it('goes with the change that it tells of when that is rolled back', async () => {
    const work = db.unitOfWork.run(async () => {
      await db.facts.note([lost]);
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await facts()).toEqual([]);
  });

  it('is what was captured of a payment, not what was asked for', async () => {
    const { id } = await db.settled({ money: money(4_999), captureMethod: 'manual' });
    await db.change(id, async (payment) => {
      payment.observe(seen({ ...reserved('ch_1'), amount: 4_999, capturable: 4_999 }), AT, 'event:evt_1');
      await db.payments.save(payment);
    });
    expect(await facts()).toEqual([]);
    const captured = { ...paid('ch_1'), amount: 4_999, captured: 1_200 };
    await db.change(id, async (payment) => {
      payment.observe(seen(captured), AT, 'event:evt_2');
      await db.payments.save(payment);
    });
    expect(await facts()).toEqual([
      expect.objectContaining({ kind: 'charge_succeeded', subject: id, payment_id: id, amount: '1200' }),
    ]);
  });
});
