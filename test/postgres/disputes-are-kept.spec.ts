import type { DisputeObservation } from '../../src/domain/dispute/dispute';
import { disputed, disputeOf, inquiry } from '../support/dispute-samples';
import { after, DAY, NOON } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
let paymentId: string;
beforeAll(async () => {
  db = await ServiceDatabase.create();
});
beforeEach(async () => {
  await db.empty();
  ({ id: paymentId } = await db.settled());
});
afterAll(() => db.close());

async function kept(seen: Partial<DisputeObservation> = {}, of: string | null = paymentId) {
  const dispute = disputeOf(disputed(seen), of);
  expect(await db.unitOfWork.run(() => db.disputes.add(dispute))).toBe(true);
  return dispute;
}

const eventsOf = (id: string) =>
  db.sql<{ type: string }>("SELECT type FROM domain_events WHERE data->>'dispute' = $1 ORDER BY id", [id]);

describe('A dispute', () => {
  it('is read back as it was', async () => {
    const made = await kept();
    expect((await db.disputes.find('du_1'))!.snapshot()).toEqual(made.snapshot());
  });

  it('stands with its events on the history of the payment', async () => {
    await kept();
    const { data } = (await db.queries.timeline(paymentId)).find(({ what }) => what === 'dispute.opened')!;
    expect(data).toMatchObject({ dispute: 'du_1', amount: 4_999 });
    expect(await eventsOf('du_1')).toEqual([{ type: 'dispute.opened' }, { type: 'dispute.funds_withdrawn' }]);
  });

  it('of no payment of ours is kept without events', async () => {
    await kept({}, null);
    expect((await db.disputes.find('du_1'))!.paymentId).toBeNull();
    expect(await eventsOf('du_1')).toEqual([]);
  });

  it('is stored once, whoever is faster', async () => {
    const add = () => db.unitOfWork.run(() => db.disputes.add(disputeOf(disputed(), paymentId)));
    expect((await Promise.all([add(), add(), add()])).filter(Boolean)).toHaveLength(1);
    expect(await eventsOf('du_1')).toHaveLength(2);
  });

  it('has one writer at a time', async () => {
    const made = await kept();
    await db.unitOfWork.run(async () => {
      const locked = (await db.disputes.lock('du_1'))!;
      locked.observe(disputed({ status: 'won' }), paymentId, after(DAY), 'test');
      locked.lookAgain(after(DAY));
      await db.disputes.save(locked);
      expect((await db.disputes.find('du_1'))!.snapshot()).toEqual(locked.snapshot());
    });
    await expect(db.unitOfWork.run(() => db.disputes.save(made))).rejects.toThrow('changed by another writer');
  });

  it('is followed as long as it goes on', async () => {
    await kept();
    await expect(db.sql('UPDATE disputes SET check_due_at = NULL')).rejects.toThrow('disputes_followed_while_open');
  });

  it('is one of several of a payment, oldest first', async () => {
    await kept({ id: 'du_2', openedAt: after(DAY) });
    await kept({ id: 'du_1', openedAt: NOON });
    await kept({ ...inquiry(), id: 'du_9' }, null);
    expect((await db.disputes.ofPayment(paymentId)).map(({ id }) => id)).toEqual(['du_1', 'du_2']);
    expect(await db.disputes.unknownOf(['du_1', 'du_3', 'du_9'])).toEqual(['du_3']);
  });
});
