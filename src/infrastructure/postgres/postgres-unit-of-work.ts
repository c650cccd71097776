import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase, QueryResult } from 'pg';
import { QueryFailedError, type DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { UnitOfWork } from '../../application/shared/unit-of-work';

interface Session {
  readonly manager: EntityManager;
  readonly committed: (() => void)[];
}

/** SQLSTATE of a serialization failure and of a deadlock: the transaction was rolled back and may be run again. */
const MAY_RUN_AGAIN = new Set(['40001', '40P01']);
const RUNS = 5;
/** Milliseconds, doubled each time: those who were in each other's way come back one after the other. */
const PAUSE = 10;
const MOST_PREPARED = 100;

/** A transaction that everything awaited inside `work` joins, through the asynchronous context. */
export class PostgresUnitOfWork extends UnitOfWork {
  readonly #names = new Map<string, string>();
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

  /**
   * For statements of libraries and for those that run all the time: it joins the open transaction, if there is one; else
   * it is a transaction of its own, and run again like one. A text with values is parsed and planned once for each
   * connection.
   */
  executeSql(text: string, values: unknown[] = []): Promise<{ rows: unknown[] }> {
    const open = this.#open.getStore()?.manager.queryRunner;
    if (open !== undefined) return this.ask(open, text, values);
    return untilUndisturbed(async () => {
      const runner = this.dataSource.createQueryRunner();
      try {
        return await this.ask(runner, text, values);
      } finally {
        await runner.release();
      }
    });
  }

  private async ask(runner: QueryRunner, text: string, values: unknown[]): Promise<{ rows: unknown[] }> {
    const client = (await runner.connect()) as ClientBase;
    const name = values.length === 0 ? undefined : this.nameOf(text);
    const since = performance.now();
    const result: unknown = await client.query(name === undefined ? { text, values } : { name, text, values });
    this.reportSlow(performance.now() - since, text);
    return { rows: rowsOf(result) };
  }

  /** The rows of a statement of ours that runs all the time: its text is always the same. */
  async rows<T>(text: string, values: unknown[]): Promise<T[]> {
    return (await this.executeSql(text, values)).rows as T[];
  }

  /** Runs after the commit, or at once when no transaction is open; never after a rollback. */
  afterCommit(hook: () => void): void {
    const session = this.#open.getStore();
    if (session === undefined) hook();
    else session.committed.push(hook);
  }

  /** Connections keep what they prepared, so there is an end to the names. */
  private nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size === MOST_PREPARED) return known;
    // By the text, since others may prepare theirs on the same connections.
    const name = `cashdesk_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
    this.#names.set(text, name);
    return name;
  }

  /** As TypeORM does for what goes through it. */
  private reportSlow(milliseconds: number, text: string): void {
    const { maxQueryExecutionTime: limit = Infinity } = this.dataSource.options;
    if (milliseconds > limit) this.dataSource.logger.logQuerySlow(Math.round(milliseconds), text);
  }

  /** Only the outermost is run again, from its beginning: what `work` changes in memory it has to load or make itself. */
  override async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.isOpen) return work();
    return untilUndisturbed(async () => {
      const committed: (() => void)[] = [];
      const result = await this.dataSource.transaction((manager) => this.#open.run({ manager, committed }, work));
      for (const hook of committed) hook();
      return result;
    });
  }

  /** Does the work in a transaction of its own and rolls it back, whatever becomes of it. */
  async takeBack<T>(work: () => Promise<T>): Promise<T> {
    if (this.isOpen) throw new Error('What is taken back cannot be part of another unit of work.');
    return untilUndisturbed(async () => {
      const runner = this.dataSource.createQueryRunner();
      try {
        await runner.startTransaction();
        return await this.#open.run({ manager: runner.manager, committed: [] }, work);
      } finally {
        // It fails where the connection is gone, and the transaction with it.
        await runner.rollbackTransaction().catch(() => undefined);
        await runner.release();
      }
    });
  }
}

/** @param work all of which is rolled back when it throws. */
export async function untilUndisturbed<T>(work: () => Promise<T>): Promise<T> {
  for (let run = 1; ; run++) {
    try {
      return await work();
    } catch (error) {
      if (run >= RUNS || !mayRunAgain(error)) throw error;
    }
    await sleep(Math.random() * PAUSE * 2 ** run);
  }
}

function mayRunAgain(error: unknown): boolean {
  const code = sqlStateOf(error);
  return code !== undefined && MAY_RUN_AGAIN.has(code);
}

/**
 * SQLSTATE classes of values that a column or a constraint does not take, and statements that waited for each other in
 * a circle: of many rows that are one statement, one alone may be at fault. The connection is sound.
 */
export function isFaultOfOne(error: unknown): boolean {
  return /^(22|23|54|40P01)/.test(sqlStateOf(error) ?? '');
}

/** Another row came by what is unique, such as a charge, between a statement's look and its write. */
export function isTaken(error: unknown): boolean {
  return sqlStateOf(error) === '23505';
}

/** What PostgreSQL refused, whether TypeORM is around it or not. */
export function sqlStateOf(error: unknown): string | undefined {
  return told(error, 'code');
}

/** The name of the constraint that a statement would have violated. */
export function constraintOf(error: unknown): string | undefined {
  return told(error, 'constraint');
}

function told(error: unknown, what: 'code' | 'constraint'): string | undefined {
  const driverError: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const text = (driverError as Readonly<Record<string, unknown>> | null | undefined)?.[what];
  return typeof text === 'string' ? text : undefined;
}

/** Several statements in one text have no rows of their own. */
function rowsOf(result: unknown): unknown[] {
  return Array.isArray(result) ? [] : (result as QueryResult).rows;
}
