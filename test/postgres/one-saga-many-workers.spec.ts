import { RunSaga } from '../../src/application/saga/run-saga';
import { SagaDefinitions, type SagaStepDefinition } from '../../src/application/saga/saga-definition';
import { SweepSagas } from '../../src/application/saga/sweep-sagas';
import { Saga, type SagaOutline } from '../../src/domain/saga/saga';
import type { StepResult } from '../../src/domain/saga/step-result';
import { PostgresDueSagas } from '../../src/infrastructure/postgres/postgres-due-sagas';
import { PostgresJobQueue } from '../../src/infrastructure/postgres/postgres-job-queue';
import { PostgresSagaQueries } from '../../src/infrastructure/postgres/postgres-saga-queries';
import { PostgresSagas } from '../../src/infrastructure/postgres/postgres-sagas';
import { refundIn } from '../support/refund-samples';
import { HOUR, money, SECOND } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

const OUTLINE: SagaOutline = { kind: 'sample', steps: ['book', 'tell'] };
const clock = { now: () => new Date() } as ConstructorParameters<typeof RunSaga>[3];
const DONE: StepResult = { kind: 'done' };

let service: ServiceDatabase;
let sagas: PostgresSagas;
let due: PostgresDueSagas;
let queries: PostgresSagaQueries;
let paymentId: string;
beforeAll(async () => {
  service = await ServiceDatabase.create();
  sagas = new PostgresSagas(service.unitOfWork, service.binding);
  due = new PostgresDueSagas(service.unitOfWork);
  queries = new PostgresSagaQueries(service.unitOfWork);
});
afterAll(() => service.close());
beforeEach(async () => {
  await service.empty();
  paymentId = (await service.paid()).id;
});

async function begun(subject = 'ref_1', pause = 0): Promise<string> {
  const now = new Date();
  const terms = { subject, about: { kind: 'payment', id: paymentId }, startedBy: 'sub:sue' } as const;
  const id = service.ids.next('sag');
  const saga = Saga.begin(id, OUTLINE, terms, now, new Date(now.getTime() + pause));
  await service.unitOfWork.run(() => sagas.add(saga));
  return id;
}

/** Steps that count how often they were run to their end, by a key of their own in the database. */
function worker(book: () => Promise<StepResult> = () => Promise.resolve(DONE)): RunSaga {
  const steps: SagaStepDefinition[] = [
    { name: 'book', limit: HOUR, advice: () => '', run: book },
    { name: 'tell', limit: HOUR, advice: () => '', run: () => Promise.resolve(DONE) },
  ];
  return new RunSaga(service.unitOfWork, sagas, new SagaDefinitions([{ kind: 'sample', steps }]), clock);
}

const jobs = () => service.sql<{ key: string; due: boolean }>("SELECT key FROM jobs WHERE queue = 'run-saga'");
const stateOf = async (id: string) => (await queries.get(id))?.state;
const later = (seconds: number) =>
  service.sql("UPDATE sagas SET next_look_at = next_look_at - $1 * interval '1 second'", [seconds]);

describe('A saga in the database', () => {
  it('is read as it was stored, with the times of its steps', async () => {
    const id = await begun();
    const wait: StepResult = { kind: 'waiting', for: 'a bank', until: new Date(Date.now() + HOUR) };
    await worker(() => Promise.resolve(wait)).execute(id);
    const props = (await sagas.find(id))!.snapshot();
    expect(props).toMatchObject({ state: 'waiting', subject: 'ref_1', about: { kind: 'payment', id: paymentId } });
    expect(props.steps[0]).toMatchObject({ state: 'waiting', tries: 1, waitsFor: 'a bank', until: wait.until });
    expect(Math.abs(props.nextLookAt!.getTime() - wait.until.getTime())).toBeLessThan(5 * SECOND);
  });

  it('is there with what it is about or not at all, and once of a kind', async () => {
    const rolledBack = service.unitOfWork.run(async () => {
      await begun('ref_2');
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    expect(await service.count('sagas')).toBe(0);
    await begun('ref_2');
    await expect(begun('ref_2')).rejects.toThrow('sagas_one_of_a_kind');
  });

  it('is changed by one of two workers at once: both run its step, one result is kept', async () => {
    const id = await begun();
    let runs = 0;
    let open: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (open = resolve));
    const slow = async (): Promise<StepResult> => {
      if (++runs === 2) open();
      await both;
      return { kind: 'done', note: String(runs) };
    };
    await Promise.all([worker(slow).execute(id), worker(slow).execute(id)]);
    expect([runs, await stateOf(id)]).toEqual([2, 'completed']);
    const view = (await queries.get(id))!;
    expect(view.steps.map(({ state, tries }) => [state, tries])).toEqual([
      ['done', 1],
      ['done', 1],
    ]);
  });

  it('is not taken back by a worker that slept through its lease', async () => {
    const id = await begun();
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    const sleeper = worker(async () => {
      await asleep;
      return { kind: 'failed_for_good', reason: 'an old view' };
    }).execute(id);
    await worker().execute(id);
    wake();
    await sleeper;
    expect(await queries.get(id)).toMatchObject({ state: 'completed', reason: null });
  });

  it('does not hold a transaction open while its step runs', async () => {
    const id = await begun();
    const open: boolean[] = [];
    await worker(() => {
      open.push(service.unitOfWork.isOpen);
      return Promise.resolve(DONE);
    }).execute(id);
    expect(open).toEqual([false]);
  });
});

describe('A job of a saga', () => {
  it('is given once its time has come, and again should it be lost', async () => {
    const id = await begun('ref_1', HOUR);
    expect([await due.enqueue(10), await jobs()]).toEqual([0, []]);
    await later(3_600);
    expect(await due.enqueue(10)).toBe(1);
    expect(await jobs()).toEqual([{ key: id }]);
    expect(await due.enqueue(10)).toBe(0);
    await service.sql('DELETE FROM jobs');
    await later(60);
    expect([await due.enqueue(10), (await jobs()).length]).toEqual([1, 1]);
  });

  it('is given by one of several instances', async () => {
    for (let n = 0; n < 20; n++) await begun(`ref_${String(n)}`);
    const given = await Promise.all([1, 2, 3].map(() => due.enqueue(100)));
    expect(given.reduce((sum, count) => sum + count, 0)).toBe(20);
  });

  it('goes on where a worker was killed: once its lease is over, by another', async () => {
    const id = await begun();
    await due.enqueue(10);
    const queue = new PostgresJobQueue(service.unitOfWork, 0);
    const [lost] = await queue.fetch('run-saga', 10);
    const [again] = await queue.fetch('run-saga', 10);
    await worker().execute(again!.key);
    await queue.complete('run-saga', lost!);
    expect((await jobs()).length).toBe(1);
    await queue.complete('run-saga', again!);
    expect([await stateOf(id), await jobs()]).toEqual(['completed', []]);
  });

  it('comes with a change of the refund that it is about, and goes with its rollback', async () => {
    const refund = refundIn({ id: service.ids.next('ref') }, { paymentId, money: money(100) });
    const add = () => service.unitOfWork.run(() => service.refunds.add(refund));
    await add();
    const id = await begun(refund.id, HOUR);
    const approve = service.unitOfWork.run(async () => {
      const found = (await service.refunds.find(refund.id))!;
      found.approve('sub:fred', null, new Date());
      await service.refunds.save(found);
      throw new Error('no');
    });
    await expect(approve).rejects.toThrow('no');
    expect(await jobs()).toEqual([]);
    const found = (await service.refunds.find(refund.id))!;
    found.reject('sub:fred', null, new Date());
    await service.unitOfWork.run(() => service.refunds.save(found));
    expect(await jobs()).toEqual([{ key: id }]);
  });
});

describe('A saga whose job was given up', () => {
  const bury = (id: string) =>
    service.sql(
      `INSERT INTO dead_jobs (queue, key, tries, failure, created_at, died_at)
       VALUES ('run-saga', $1, 14, 'Error: no', now(), clock_timestamp())`,
      [id],
    );

  it('is handed to a person, with an event, and given no other job', async () => {
    const id = await begun();
    await bury(id);
    const sweep = new SweepSagas(due, service.unitOfWork, sagas, clock);
    expect(await sweep.execute()).toMatchObject({ woken: 0, givenUp: 1, failures: [] });
    expect(await queries.get(id)).toMatchObject({ state: 'failed', attention: expect.stringContaining('Error: no') });
    const events = await service.sql('SELECT payment_id, data FROM domain_events WHERE type = $1', ['saga.failed']);
    expect(events).toMatchObject([{ payment_id: paymentId, data: { saga: id, subject: 'ref_1' } }]);
    expect([await sweep.execute(), await jobs()]).toMatchObject([{ woken: 0, givenUp: 0, failures: [] }, []]);
  });

  it('goes on when the job comes again, whatever stands among the dead letters still', async () => {
    const id = await begun();
    await bury(id);
    const sweep = new SweepSagas(due, service.unitOfWork, sagas, clock);
    await sweep.execute();
    const wait: StepResult = { kind: 'waiting', for: 'a bank', until: new Date() };
    await worker(() => Promise.resolve(wait)).execute(id);
    expect(await sweep.execute()).toMatchObject({ woken: 1, givenUp: 0 });
    expect(await stateOf(id)).toBe('waiting');
  });
});

describe('The list of sagas', () => {
  it('has the newest first, page by page, of a state, kind or subject', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.unshift(await begun(`ref_${String(n)}`, HOUR));
    const first = await queries.list({}, 3, null);
    const second = await queries.list({}, 3, first.nextCursor);
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    await worker().execute(ids[1]!);
    const of = async (filter: object) => (await queries.list(filter, 10, null)).data.map(({ id }) => id);
    expect(await of({ state: 'completed' })).toEqual([ids[1]]);
    expect([await of({ kind: 'other' }), await of({ subject: 'ref_0' })]).toEqual([[], [ids[4]]]);
    await service.sql("UPDATE sagas SET attention = 'look' WHERE id = $1", [ids[2]]);
    expect(await of({ attention: true })).toEqual([ids[2]]);
  });
});
