import type { DataSource } from 'typeorm';
import { Trial, type Tried } from '../../application/shared/trial';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';
import { TrialChanges } from './trial-changes';

/** Does something in such a way that nothing is changed at Stripe. */
export type ReadingOnly = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * It waits for Stripe inside its transaction, which nothing else does: how work goes on depends on what it stored before it
 * asked. Only a command does this, one look at a time, on a connection of its own.
 */
const PATIENCE = `SELECT set_config('idle_in_transaction_session_timeout', '60s', true)`;

export class PostgresTrial extends Trial {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly dataSource: DataSource,
    private readonly readingOnly: ReadingOnly,
  ) {
    super();
  }

  override run<T>(about: readonly string[], work: () => Promise<T>): Promise<Tried<T>> {
    const inside = <Row>(sql: string, values: unknown[] = []) => this.unitOfWork.rows<Row>(sql, values);
    const outside = <Row>(sql: string, values: unknown[] = []) => this.dataSource.query<Row[]>(sql, values);
    return this.readingOnly(() =>
      this.unitOfWork.takeBack(async () => {
        await inside(PATIENCE);
        const changes = await TrialChanges.begin(inside, outside);
        const result = await work();
        return { result, changes: await changes.found(about) };
      }),
    );
  }
}
