import { DriveRefund } from '../../../src/application/refund/drive-refund';
import { RefundNotices, type NoticeOf } from '../../../src/application/refund/refund-notices';
import { RefundSaga } from '../../../src/application/refund/refund-saga';
import { TellCustomer } from '../../../src/application/refund/tell-customer';
import { RunSaga } from '../../../src/application/saga/run-saga';
import { SagaDefinitions } from '../../../src/application/saga/saga-definition';
import { SweepSagas } from '../../../src/application/saga/sweep-sagas';
import { PostedFacts, type FactsOf } from '../../../src/application/shared/posted-facts';
import type { SagaProps } from '../../../src/domain/saga/saga';
import { InMemoryDueSagas } from './in-memory-sagas';
import type { InMemoryStore } from './in-memory-store';
import { RefundDesk } from './refund-desk';

/** The poster of the ledger takes what waits when it is told to. */
class InMemoryPostedFacts extends PostedFacts {
  readonly #posted = new Set<object>();

  constructor(private readonly store: InMemoryStore) {
    super();
  }

  post(): void {
    for (const fact of this.store.tables.facts) this.#posted.add(fact);
  }

  override async of(subject: string): Promise<FactsOf> {
    await Promise.resolve();
    const facts = this.store.tables.facts.filter((fact) => fact.subject === subject);
    const kinds = (posted: boolean) =>
      facts.filter((fact) => this.#posted.has(fact) === posted).map(({ kind }) => kind);
    return { waiting: kinds(false), posted: kinds(true) };
  }
}

class InMemoryNotices extends RefundNotices {
  constructor(private readonly store: InMemoryStore) {
    super();
  }

  override async tell({ refundId, kind }: NoticeOf): Promise<void> {
    await Promise.resolve();
    const { notices } = this.store.tables;
    const notice = `${refundId} ${kind}`;
    if (!notices.includes(notice)) notices.push(notice);
  }
}

/** The saga of refunds over fakes, beside their use cases. */
export class RefundSagaDesk extends RefundDesk {
  readonly posted = new InMemoryPostedFacts(this.cash.store);
  readonly dueSagas = new InMemoryDueSagas(this.cash.store, this.cash.clock);
  readonly #tell = new TellCustomer(
    this.cash.store,
    this.cash.payments,
    this.refunds,
    new InMemoryNotices(this.cash.store),
    this.cash.clock,
  );
  readonly #drive = new DriveRefund(this.refunds, this.due, this.resume, this.withdrawUndecided);
  readonly definition = new RefundSaga(this.refunds, this.#drive, this.posted, this.#tell, this.cash.clock);
  readonly run = new RunSaga(this.cash.store, this.sagas, new SagaDefinitions([this.definition]), this.cash.clock);
  readonly sweepSagas = new SweepSagas(this.dueSagas, this.cash.store, this.sagas, this.cash.clock);

  /** Works on what is due or was woken. */
  async work(): Promise<void> {
    await this.sweepSagas.execute();
    const { sagaJobs } = this.cash.store.tables;
    for (const id of [...sagaJobs]) {
      sagaJobs.delete(id);
      await this.run.execute(id);
    }
  }

  /** Time goes by, and everybody works meanwhile. */
  override async letTimePass(milliseconds: number, rounds = 3): Promise<void> {
    await super.letTimePass(milliseconds, rounds);
    for (let round = 0; round < rounds; round++) {
      await this.work();
      this.posted.post();
      this.cash.clock.move(3_000);
    }
  }

  /** The only saga there is. */
  get saga(): SagaProps {
    const [saga, ...more] = this.cash.store.tables.sagas.values();
    if (saga === undefined || more.length > 0) throw new Error('there is not exactly one saga');
    return saga;
  }

  /** `approval done, stripe waiting, …` */
  get steps(): string {
    return this.saga.steps.map(({ name, state }) => `${name} ${state}`).join(', ');
  }

  get notices(): string[] {
    return this.cash.store.tables.notices.map((notice) => notice.split(' ')[1] ?? '');
  }
}
