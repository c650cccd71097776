import { PostgresTrial } from '../../src/infrastructure/postgres/postgres-trial';
import type { Trial } from '../../src/application/shared/trial';
import { ServiceDatabase } from '../support/service-database';

let db: ServiceDatabase;
let trial: Trial;
beforeAll(async () => {
  db = await ServiceDatabase.create();
  trial = new PostgresTrial(db.unitOfWork, db.dataSource, (work) => work());
});
beforeEach(() => db.empty());
afterAll(() => db.close());

const cancel = (id: string) => async () => {
  await db.change(id, async (payment) => {
    payment.cancelUnsent('abandoned', new Date('2026-12-01T10:00:00Z'), 'test');
    await db.payments.save(payment);
  });
  return 'done';
};
const inside = (sql: string, values: unknown[] = []) => db.unitOfWork.rows(sql, values);

describe('Work that is tried', () => {
  it('leaves nothing, and tells what it would have left', async () => {
    const { id } = await db.settled();
    const events = await db.count('domain_events');
    const { result, changes } = await trial.run([id], cancel(id));
    expect(result).toBe('done');
    expect(changes).toContainEqual({
      table: 'payments',
      id,
      before: expect.objectContaining({ status: 'requires_payment_method', version: 1 }) as object,
      after: expect.objectContaining({ status: 'canceled', version: 2 }) as object,
    });
    expect(changes.filter(({ table }) => table === 'domain_events')).toMatchObject([
      { before: null, after: { type: 'payment.canceled', payment_id: id } },
    ]);
    expect((await db.payments.find(id))!.snapshot()).toMatchObject({ status: 'requires_payment_method', version: 1 });
    expect(await db.count('domain_events')).toBe(events);
  });

  it('is seen in full where no id leads to what it wrote', async () => {
    const { id } = await db.settled();
    const { changes } = await trial.run(['pi_somebody_elses'], cancel(id));
    expect(changes.map(({ table }) => table).sort()).toEqual(expect.arrayContaining(['domain_events', 'payments']));
  });

  it('tells of rows with a key of several columns, and of those that stay as they are nothing', async () => {
    const { id } = await db.settled();
    const { changes } = await trial.run([id], async () => {
      await inside('UPDATE payments SET status = status WHERE id = $1', [id]);
      await inside(
        `INSERT INTO jobs (queue, key) VALUES ('process-webhook', 'pi_9') ON CONFLICT (queue, key) DO NOTHING`,
      );
    });
    expect(changes).toMatchObject([{ table: 'jobs', id: 'process-webhook/pi_9', before: null }]);
  });

  it('changes nothing that another connection has, however it ends', async () => {
    const { id } = await db.settled();
    const work = trial.run([id], async () => {
      await cancel(id)();
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    const broken = trial.run([id], () => inside('SELECT 1 / 0'));
    await expect(broken).rejects.toThrow('division by zero');
    expect((await db.payments.find(id))!.snapshot()).toMatchObject({ status: 'requires_payment_method' });
    expect((await trial.run([id], cancel(id))).changes.length).toBeGreaterThan(0);
  });

  it('does nothing that follows a commit', async () => {
    const told: string[] = [];
    db.queue.onEnqueued('process-webhook', () => told.push('nudged'));
    await trial.run([], () => db.queue.enqueue('process-webhook', 'pi_1'));
    expect(told).toEqual([]);
    await db.queue.enqueue('process-webhook', 'pi_1');
    expect(told).toEqual(['nudged']);
  });

  it('that would delete something fails, since nobody could show it', async () => {
    await db.queue.enqueue('process-webhook', 'pi_1');
    await expect(trial.run([], () => inside('DELETE FROM jobs'))).rejects.toThrow('Rows of jobs would be deleted');
    expect(await db.count('jobs')).toBe(1);
  });

  it('cannot be part of another unit of work, which it would take back too', async () => {
    await expect(db.unitOfWork.run(() => trial.run([], () => Promise.resolve()))).rejects.toThrow('cannot be part');
  });

  it('shows nothing that is sealed', async () => {
    const { id } = await db.settled();
    const { changes } = await trial.run([id], () =>
      inside(`UPDATE payments SET client_secret = 'v1.test.a.b', redirect_url = NULL WHERE id = $1`, [id]),
    );
    expect(JSON.stringify(changes)).not.toContain('v1.test');
  });
});
