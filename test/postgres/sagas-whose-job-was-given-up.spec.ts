import { ChangeJob } from '../../src/application/job/change-job';
import { DiscardJob } from '../../src/application/job/discard-job';
import { AbandonSaga } from '../../src/application/saga/abandon-saga';
import { RetrySaga } from '../../src/application/saga/retry-saga';
import { RunSaga } from '../../src/application/saga/run-saga';
import { SagaDefinitions, type SagaStepDefinition } from '../../src/application/saga/saga-definition';
import { SweepSagas } from '../../src/application/saga/sweep-sagas';
import { WriteOnce } from '../../src/application/shared/write-once';
import { Saga } from '../../src/domain/saga/saga';
import { PostgresDeadLetters } from '../../src/infrastructure/postgres/postgres-dead-letters';
import { PostgresDueSagas } from '../../src/infrastructure/postgres/postgres-due-sagas';
import { PostgresJobQueries } from '../../src/infrastructure/postgres/postgres-job-queries';
import { PostgresSagaQueries } from '../../src/infrastructure/postgres/postgres-saga-queries';
import { PostgresSagas } from '../../src/infrastructure/postgres/postgres-sagas';
import { PlainIndex } from '../support/fakes/plain-index';
import { HOUR } from '../support/samples';
import { ServiceDatabase } from '../support/service-database';

const clock = { now: () => new Date() } as ConstructorParameters<typeof RunSaga>[3];

let db: ServiceDatabase;
let sagas: PostgresSagas;
let queries: PostgresSagaQueries;
let jobs: PostgresJobQueries;
let sweep: SweepSagas;
let discardJob: DiscardJob;
let retry: RetrySaga;
beforeAll(async () => {
  db = await ServiceDatabase.create();
  sagas = new PostgresSagas(db.unitOfWork, db.binding);
  queries = new PostgresSagaQueries(db.unitOfWork);
  jobs = new PostgresJobQueries(db.unitOfWork, db.cipher);
  sweep = new SweepSagas(new PostgresDueSagas(db.unitOfWork), db.unitOfWork, sagas, clock);
  const change = new ChangeJob(new WriteOnce(db.unitOfWork, db.records, new PlainIndex()), jobs);
  const letters = new PostgresDeadLetters(db.unitOfWork, db.queue, db.cipher);
  discardJob = new DiscardJob(change, letters, new AbandonSaga(db.unitOfWork, sagas, clock));
  retry = new RetrySaga(queries, db.queue);
});
afterAll(() => db.close());
beforeEach(() => db.empty());

/** A saga whose job failed for the last time. @returns its id. */
async function givenUp(): Promise<string> {
  const { id: paymentId } = await db.paid();
  const id = db.ids.next('sag');
  const terms = { subject: 'ref_1', about: { kind: 'payment', id: paymentId }, startedBy: 'sub:sue' } as const;
  const saga = Saga.begin(id, { kind: 'sample', steps: ['book', 'tell'] }, terms, new Date(), new Date());
  await db.unitOfWork.run(() => sagas.add(saga));
  await db.queue.enqueue('run-saga', id);
  await db.sql('UPDATE jobs SET tries = 13 WHERE key = $1', [id]);
  const [job] = await db.queue.fetch('run-saga', 1);
  await db.queue.fail('run-saga', job!, 'Error: no');
  return id;
}

async function discarded(saga: string): Promise<void> {
  const { data } = await jobs.list({ state: 'dead' }, 10, null);
  const jobId = data.find(({ key }) => key === saga)!.id;
  const asked = { jobId, idempotency: null, by: 'sub:sue', reason: 'a test of ours' };
  expect(await discardJob.execute(asked)).toMatchObject({ ok: true, value: { state: 'discarded' } });
}

async function workedOff(): Promise<void> {
  const done = () => Promise.resolve({ kind: 'done' } as const);
  const steps: SagaStepDefinition[] = ['book', 'tell'].map((name) => ({
    name,
    limit: HOUR,
    advice: () => '',
    run: done,
  }));
  const run = new RunSaga(db.unitOfWork, sagas, new SagaDefinitions([{ kind: 'sample', steps }]), clock);
  for (const { key } of await db.queue.fetch('run-saga', 10)) await run.execute(key);
}

const eventsOf = async () =>
  (await db.sql<{ type: string }>("SELECT type FROM domain_events WHERE type LIKE 'saga.%' ORDER BY id")).map(
    ({ type }) => type,
  );

describe('A saga whose job was given up', () => {
  it('waits for a person, and goes on when it is tried again', async () => {
    const id = await givenUp();
    await sweep.execute();
    expect(await queries.get(id)).toMatchObject({ state: 'failed', attention: expect.stringContaining('Error: no') });
    expect(await retry.execute(id)).toMatchObject({ ok: true });
    expect((await jobs.list({ state: 'dead' }, 10, null)).data).toEqual([]);
    await workedOff();
    expect(await queries.get(id)).toMatchObject({ state: 'completed', attention: null });
    expect(await retry.execute(id)).toMatchObject({ error: { kind: 'saga_has_ended' } });
    expect(await retry.execute('sag_none')).toMatchObject({ error: { kind: 'saga_not_found' } });
  });

  it.each([
    ['after', ['saga.failed', 'saga.abandoned']],
    ['before', ['saga.abandoned']],
  ])('waits for nobody once that job is discarded, %s the sweeper came by', async (when, events) => {
    const id = await givenUp();
    if (when === 'after') await sweep.execute();
    await discarded(id);
    expect(await sweep.execute()).toMatchObject({ woken: 0, givenUp: 0, failures: [] });
    const saga = (await queries.get(id))!;
    expect(saga).toMatchObject({ state: 'failed', attention: null, nextLookAt: null });
    expect(saga.steps[0]!.note).toMatch(/its job was discarded, see cashdesk jobs show job_\d{12}\.$/);
    expect(await eventsOf()).toEqual(events);
  });

  it('goes on though that job was discarded, when it is tried again', async () => {
    const id = await givenUp();
    await discarded(id);
    expect(await retry.execute(id)).toMatchObject({ ok: true });
    await workedOff();
    expect(await queries.get(id)).toMatchObject({ state: 'completed' });
    expect((await jobs.list({ state: 'discarded' }, 10, null)).data).toHaveLength(1);
  });
});
