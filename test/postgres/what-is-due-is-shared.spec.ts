import { Client } from 'pg';
import { Saga } from '../../src/domain/saga/saga';
import { Submission } from '../../src/domain/dispute/submission';
import { PostgresDueCustomers } from '../../src/infrastructure/postgres/postgres-due-customers';
import { PostgresDueRefunds } from '../../src/infrastructure/postgres/postgres-due-refunds';
import { PostgresDueSagas } from '../../src/infrastructure/postgres/postgres-due-sagas';
import { PostgresSagas } from '../../src/infrastructure/postgres/postgres-sagas';
import { begunSetup, savedMethod } from '../support/card-samples';
import { disputed, disputeOf } from '../support/dispute-samples';
import { refundIn } from '../support/refund-samples';
import { money } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
let numbered = 0;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(async () => {
  await db.empty();
  await db.sql('TRUNCATE disputes CASCADE');
});
afterAll(() => db.close());

/** Anything that instances look for: how one of it is made, and how an instance takes what is due. @returns how many. */
interface Kind {
  readonly table: string;
  readonly column: string;
  readonly make: () => Promise<unknown>;
  readonly take: () => Promise<number>;
}

const counted = (taken: Promise<readonly unknown[]>): Promise<number> => taken.then(({ length }) => length);
const run = (work: () => Promise<void>) => db.unitOfWork.run(work);

async function made(id: string): Promise<void> {
  const seen = disputed({ id, charge: `ch_${id}` });
  await run(async () => {
    await db.disputes.add(disputeOf(seen, null));
  });
}

const KINDS: Readonly<Record<string, Kind>> = {
  attempts: {
    table: 'attempts',
    column: 'next_check_at',
    make: () => db.stored(),
    take: () => counted(db.due.takeAttempts(10)),
  },
  payments: {
    table: 'payments',
    column: 'refresh_due_at',
    make: () => db.paid(),
    take: () => counted(db.due.takeRefreshes(10)),
  },
  refunds: {
    table: 'refunds',
    column: 'next_check_at',
    make: async () => {
      const { id: paymentId } = await db.paid();
      const approved = { id: db.ids.next('ref'), status: 'approved', nextCheckAt: new Date() } as const;
      await run(() => db.refunds.add(refundIn(approved, { paymentId, money: money(100) })));
    },
    take: () => counted(new PostgresDueRefunds(db.unitOfWork).take(10)),
  },
  customers: {
    table: 'customers',
    column: 'sync_due_at',
    make: () => db.customer(),
    take: () => counted(new PostgresDueCustomers(db.unitOfWork).take(10)),
  },
  setups: {
    table: 'setups',
    column: 'check_due_at',
    make: async () => {
      const given = { id: db.ids.next('set'), customerId: await db.customer(), checkDueAt: new Date() };
      await run(() => db.setups.add(begunSetup(given)));
    },
    take: () => counted(db.dueCards.takeSetups(10)),
  },
  cards: {
    table: 'payment_methods',
    column: 'check_due_at',
    make: async () => {
      const given = { id: `pm_${String(++numbered)}`, customerId: await db.customer(), checkDueAt: new Date() };
      await run(() => db.paymentMethods.add(savedMethod(given)));
    },
    take: () => counted(db.dueCards.takePaymentMethods(10)),
  },
  disputes: {
    table: 'disputes',
    column: 'check_due_at',
    make: () => made(`du_${String(++numbered)}`),
    take: () => counted(db.dueDisputes.takeDisputes(10)),
  },
  submissions: {
    table: 'dispute_submissions',
    column: 'check_due_at',
    make: async () => {
      const disputeId = `du_${String(++numbered)}`;
      await made(disputeId);
      const begun = { id: db.ids.next('evs'), disputeId, actor: 'key:key_1', countBefore: 0 };
      await run(() => db.submissions.add(Submission.begin(begun, new Date(), new Date())));
    },
    take: () => counted(db.dueDisputes.takeSubmissions(10)),
  },
  sagas: {
    table: 'sagas',
    column: 'next_look_at',
    make: async () => {
      const { id } = await db.paid();
      const terms = { subject: id, about: { kind: 'payment', id }, startedBy: 'sub:sue' } as const;
      const now = new Date();
      const saga = Saga.begin(db.ids.next('sag'), { kind: 'sample', steps: ['book'] }, terms, now, now);
      await run(() => new PostgresSagas(db.unitOfWork, db.binding).add(saga));
    },
    take: () => new PostgresDueSagas(db.unitOfWork).enqueue(10),
  },
  jobs: {
    table: 'jobs',
    column: 'due_at',
    make: () => db.queue.enqueue('run-saga', `sag_${String(++numbered)}`),
    take: () => counted(db.queue.fetch('run-saga', 10)),
  },
};

/** Two of them, as if their time had come a while ago. */
async function due({ table, column, make }: Kind): Promise<void> {
  await make();
  await make();
  await db.sql(`UPDATE ${table} SET ${column} = now() - interval '10 seconds'`);
}

describe.each(Object.entries(KINDS))('Of %s that are due', (_name, kind) => {
  const { table, column, take } = kind;

  it('each is taken by one of several instances, and comes up again only when its time is over', async () => {
    await due(kind);
    const taken = await Promise.all(Array.from({ length: 5 }, take));
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(2);
    await db.sql(`UPDATE ${table} SET ${column} = ${column} - interval '15 seconds'`);
    expect(await take()).toBe(0);
    await db.sql(`UPDATE ${table} SET ${column} = ${column} - interval '130 seconds'`);
    expect(await take()).toBe(2);
  });

  it('one that somebody else is at is passed over, and nobody waits for it', async () => {
    await due(kind);
    const holder = new Client({ connectionString: db.database.url });
    await holder.connect();
    try {
      await holder.query('BEGIN');
      await holder.query(`SELECT FROM ${table} ORDER BY ctid LIMIT 1 FOR UPDATE`);
      expect(await take()).toBe(1);
    } finally {
      await holder.end();
    }
    expect(await take()).toBe(1);
  });
});
