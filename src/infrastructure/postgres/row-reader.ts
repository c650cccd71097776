import type { EntityTarget } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/**
 * Reads rows of an entity on the paths that run all the time: the statement is written once and prepared, where TypeORM
 * would build it, and take its answer apart, anew each time.
 */
export class RowReader<Row extends object> {
  #known: { readonly select: string; readonly transformed: readonly Transformed[] } | null = null;

  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly entity: EntityTarget<Row>,
  ) {}

  /** @param rest what follows `SELECT … FROM table`: always of a few texts, never with values in them. */
  async read(rest: string, values: unknown[]): Promise<Row[]> {
    this.#known ??= this.describe();
    const { select, transformed } = this.#known;
    const rows = await this.unitOfWork.rows<Record<string, unknown>>(`${select} ${rest}`, values);
    for (const row of rows) for (const { name, from } of transformed) row[name] = from(row[name]);
    return rows as Row[];
  }

  async one(rest: string, values: unknown[]): Promise<Row | null> {
    const [row] = await this.read(rest, values);
    return row ?? null;
  }

  private describe() {
    const { columns, tableName } = this.unitOfWork.manager.dataSource.getMetadata(this.entity);
    const list = columns.map((column) => `${readable(column)} AS "${column.propertyName}"`).join(', ');
    return { select: `SELECT ${list} FROM ${tableName}`, transformed: columns.flatMap(transformedIn) };
  }
}

interface Transformed {
  readonly name: string;
  readonly from: (value: unknown) => unknown;
}

/** A day has no time zone: as text it stays the same day. */
function readable({ databaseName, type }: ColumnMetadata): string {
  return type === 'date' ? `${databaseName}::text` : databaseName;
}

function transformedIn({ propertyName, transformer }: ColumnMetadata): Transformed[] {
  if (transformer === undefined) return [];
  if (Array.isArray(transformer)) throw new Error(`${propertyName} has more than one transformer`);
  return [{ name: propertyName, from: (value) => (value === null ? null : (transformer.from(value) as unknown)) }];
}
