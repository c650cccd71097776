import type { Logger } from 'typeorm';

/** Reports slow statements by their text alone: their parameters may be personal, and TypeORM's own logger shows them. */
export class SlowQueryLogger implements Logger {
  constructor(private readonly report: (milliseconds: number, statement: string) => void) {}

  logQuerySlow(milliseconds: number, statement: string): void {
    this.report(milliseconds, statement.replace(/\s+/g, ' ').trim());
  }

  logQuery(): void {
    // Only slow ones are of interest.
  }
  logQueryError(): void {
    // The error itself reaches whoever asked.
  }
  logSchemaBuild(): void {
    // The schema is built by migrations.
  }
  logMigration(): void {
    // Those that ran are known to who ran them.
  }
  log(): void {
    // TypeORM's notes on itself.
  }
}
