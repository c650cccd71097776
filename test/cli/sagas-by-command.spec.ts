import { RefundSaga } from '../../src/application/refund/refund-saga';
import { SagaDefinitions } from '../../src/application/saga/saga-definition';
import { SagaQueries, type SagaFilter } from '../../src/application/saga/saga-queries';
import type { SagaStepView, SagaView } from '../../src/application/saga/saga-view';
import { RetrySaga } from '../../src/application/saga/retry-saga';
import { ShowSaga } from '../../src/application/saga/show-saga';
import { JobQueue } from '../../src/application/shared/job-queue';
import type { Page } from '../../src/application/shared/page';
import { cashdesk, linesOf } from './command-line';

const AT = '2026-11-22T12:00:00.000Z';
const STEP: SagaStepView = {
  name: 'approval',
  state: 'done',
  tries: 1,
  since: AT,
  ranAt: AT,
  endedAt: AT,
  waitsFor: null,
  until: null,
  deadline: null,
  note: 'None was needed.',
};
const WAITING: SagaStepView = { ...STEP, name: 'stripe', state: 'waiting', tries: 3, waitsFor: "Stripe's answer" };
const LEFT: SagaStepView = { ...STEP, name: 'ledger', state: 'pending', tries: 0, note: null };
const SAGA: SagaView = {
  id: 'sag_1',
  kind: 'refund',
  subject: 'ref_1',
  state: 'waiting',
  steps: [STEP, WAITING, LEFT],
  reason: null,
  attention: null,
  paymentId: 'pay_1',
  customerId: null,
  startedBy: 'sub:sue',
  nextLookAt: AT,
  createdAt: AT,
  updatedAt: AT,
};

class FakeQueries extends SagaQueries {
  saga: SagaView = SAGA;
  readonly asked: unknown[] = [];

  override async get(id: string): Promise<SagaView | null> {
    await Promise.resolve();
    return id === this.saga.id ? this.saga : null;
  }

  override async list(filter: SagaFilter, limit: number, cursor: string | null): Promise<Page<SagaView>> {
    await Promise.resolve();
    this.asked.push({ filter, limit, cursor });
    return { data: filter.kind === 'none' ? [] : [this.saga], nextCursor: 'more' };
  }
}

class FakeQueue extends JobQueue {
  readonly queued: string[] = [];

  override async enqueue(queue: string, key: string): Promise<void> {
    await Promise.resolve();
    this.queued.push(`${queue} ${key}`);
  }
}

let queue: FakeQueue;
let queries: FakeQueries;
beforeEach(() => {
  queue = new FakeQueue();
  queries = new FakeQueries();
});

/** Advice asks nobody. */
const definition = new RefundSaga(...([] as unknown as ConstructorParameters<typeof RefundSaga>));
const run = (line: string) =>
  cashdesk(
    ['sagas', ...line.split(' ')],
    [
      { provide: SagaQueries, useValue: queries },
      { provide: RetrySaga, useValue: new RetrySaga(queries, queue) },
      { provide: ShowSaga, useValue: new ShowSaga(queries, new SagaDefinitions([definition])) },
    ],
  );
const adviceOf = async () => linesOf((await run('show sag_1')).out).filter((line) => line.startsWith('- '));

describe('sagas list', () => {
  it('asks for what it was told, and shows what each waits for', async () => {
    const { exitCode, out } = await run('list --state waiting --kind refund --subject ref_1 --attention --limit 5');
    expect(exitCode).toBe(0);
    const filter = { state: 'waiting', kind: 'refund', subject: 'ref_1', attention: true };
    expect(queries.asked).toEqual([{ filter, limit: 5, cursor: null }]);
    expect(out).toMatch(/^sag_1 +refund +ref_1 +waiting +Stripe's answer +sub:sue/m);
    expect(out).toContain('add --cursor more');
    expect(out).not.toContain('ATTENTION');
    queries.saga = { ...SAGA, attention: 'look at it' };
    expect((await run('list')).out).toMatch(/ATTENTION[^]*look at it/);
  });

  it('prints one document for programs, and says when there is none', async () => {
    expect(JSON.parse((await run('list --json')).out)).toEqual({ data: [SAGA], nextCursor: 'more' });
    expect((await run('list --kind none')).out).toBe('No sagas match.\n');
    expect((await run('list --state lost')).exitCode).toBe(2);
  });
});

describe('sagas retry', () => {
  it('has one worked on that waits or failed, and says so', async () => {
    expect(await run('retry sag_1')).toMatchObject({ exitCode: 0, out: expect.stringContaining('sagas show sag_1') });
    queries.saga = { ...SAGA, state: 'failed' };
    expect(JSON.parse((await run('retry sag_1 --json')).out)).toEqual({ retried: 'sag_1' });
    expect(queue.queued).toEqual(['run-saga sag_1', 'run-saga sag_1']);
  });

  it('leaves alone what has ended, and what there is not', async () => {
    for (const state of ['completed', 'compensated'] as const) {
      queries.saga = { ...SAGA, state };
      expect(await run('retry sag_1')).toMatchObject({ exitCode: 1, out: '' });
    }
    expect((await run('retry sag_9')).exitCode).toBe(3);
    expect(queue.queued).toEqual([]);
  });
});

describe('sagas show', () => {
  it('shows each step with its state, tries and times, and what it waits for', async () => {
    const { exitCode, out } = await run('show sag_1');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^About +ref_1$/m);
    expect(out).toMatch(/^approval +done +1 .*None was needed\.$/m);
    expect(out).toMatch(/^stripe +waiting +3 .*Stripe's answer/m);
    expect(out).toMatch(/^ledger +pending +0/m);
  });

  it('says what a person can do about the step whose turn it is, and nothing once it has ended', async () => {
    expect(await adviceOf()).toEqual(['- See what is known of it: cashdesk refunds show ref_1.']);
    queries.saga = { ...SAGA, steps: [{ ...STEP, state: 'waiting' }, LEFT] };
    expect(await adviceOf()).toEqual(['- Decide about it: cashdesk refunds approve ref_1, or reject ref_1.']);
    queries.saga = { ...SAGA, state: 'completed' };
    expect(await adviceOf()).toEqual([]);
  });

  it('of one that failed also says how it is tried again', async () => {
    queries.saga = { ...SAGA, state: 'failed', attention: 'stripe was tried too often' };
    expect(await adviceOf()).toEqual([
      '- See what is known of it: cashdesk refunds show ref_1.',
      '- Once that is mended, have it tried again: cashdesk sagas retry sag_1.',
    ]);
  });

  it('of one that goes backwards speaks of the step that is undone', async () => {
    const reason = 'ledger: the refund is failed';
    queries.saga = { ...SAGA, state: 'compensating', reason, steps: [STEP, STEP, { ...LEFT, state: 'waiting' }] };
    expect(await adviceOf()).toEqual(['- See what waits to be posted: cashdesk ledger verify.']);
  });

  it('does not know what there is not', async () => {
    expect((await run('show sag_9')).exitCode).toBe(3);
    const { out } = await run('show sag_1 --json');
    expect(JSON.parse(out)).toMatchObject({ saga: { id: 'sag_1' }, advice: [expect.any(String)] });
  });
});
