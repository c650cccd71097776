import { AsyncLocalStorage } from 'node:async_hooks';
import { QueryFailedError, type DataSource, type EntityManager, type QueryResult } from 'typeorm';
import { UnitOfWork } from '../../application/shared/unit-of-work';

interface Session {
  readonly manager: EntityManager;
  readonly committed: (() => void)[];
}

/** SQLSTATE of a serialization failure and of a deadlock: the transaction was rolled back and may be run again. */
const MAY_RUN_AGAIN = new Set(['40001', '40P01']);
const RUNS = 4;

/** A transaction that everything awaited inside `work` joins, through the asynchronous context. */
export class PostgresUnitOfWork extends UnitOfWork {
  readonly #open = new AsyncLocalStorage<Session>();

  constructor(private readonly dataSource: DataSource) {
    super();
  }

  /** The open transaction's manager, else one that commits each statement by itself. */
  get manager(): EntityManager {
    return this.#open.getStore()?.manager ?? this.dataSource.manager;
  }

  get isOpen(): boolean {
    return this.#open.getStore() !== undefined;
  }

  /** For libraries that bring their own SQL: it joins the open transaction, if there is one. */
  async executeSql(text: string, values: unknown[] = []): Promise<{ rows: unknown[] }> {
    const runner = this.#open.getStore()?.manager.queryRunner;
    if (runner !== undefined) return { rows: rowsOf(await runner.query(text, values, true)) };
    const own = this.dataSource.createQueryRunner();
    try {
      return { rows: rowsOf(await own.query(text, values, true)) };
    } finally {
      await own.release();
    }
  }

  /** Runs after the commit, or at once when no transaction is open; never after a rollback. */
  afterCommit(hook: () => void): void {
    const session = this.#open.getStore();
    if (session === undefined) hook();
    else session.committed.push(hook);
  }

  override async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.isOpen) return work();
    for (let run = 1; ; run++) {
      const committed: (() => void)[] = [];
      try {
        const result = await this.dataSource.transaction((manager) => this.#open.run({ manager, committed }, work));
        for (const hook of committed) hook();
        return result;
      } catch (error) {
        if (run >= RUNS || !mayRunAgain(error)) throw error;
      }
    }
  }
}

function mayRunAgain(error: unknown): boolean {
  const code = error instanceof QueryFailedError ? (error.driverError as { code?: string }).code : undefined;
  return code !== undefined && MAY_RUN_AGAIN.has(code);
}

/** Several statements in one text have no rows of their own. */
function rowsOf(result: QueryResult): unknown[] {
  return (result.records as unknown[] | undefined) ?? [];
}
