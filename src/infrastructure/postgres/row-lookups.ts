import { Batches } from '../../application/shared/batches';
import { hadNoConnection } from '../../application/shared/database-away';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** Of one statement: so many at once are met in a flood only. */
const MOST_AT_ONCE = 256;

/** Finds rows by their id. What is asked for at once is one statement; in a unit of work it is a part of that one. */
export class RowLookups<Row extends { readonly id: string }> {
  private readonly batches: Batches<string, Row | null>;

  /** @param sql of rows with an `id`, whose one parameter is an array of ids. */
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly sql: string,
  ) {
    this.batches = new Batches({ most: MOST_AT_ONCE, work: (ids) => this.read(ids), failsAll: hadNoConnection });
  }

  async find(id: string): Promise<Row | null> {
    if (!this.unitOfWork.isOpen) return this.batches.add(id);
    const [row] = await this.read([id]);
    return row ?? null;
  }

  private async read(ids: readonly string[]): Promise<(Row | null)[]> {
    const rows = await this.unitOfWork.rows<Row>(this.sql, [ids]);
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  }
}
