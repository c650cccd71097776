import { Backlog, type BacklogConcern, type BacklogFigures } from '../../application/job/backlog';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** One that is to be done later is not late before its time, and one in its first try is being done. */
const FIGURES = `
SELECT count(*) FILTER (WHERE due_at <= now() OR hold IS NOT NULL OR failures <> '[]')::int AS waiting,
  (SELECT count(*)::int FROM dead_jobs WHERE discarded_at IS NULL) AS dead,
  coalesce(extract(epoch FROM now() - min(CASE WHEN failures <> '[]' THEN created_at
    WHEN hold IS NULL THEN greatest(created_at, due_at) END)), 0)::float8 AS oldest
FROM jobs`;

/** One row for all instances, and the event with it. */
const RAISE = `
WITH raised AS (
  INSERT INTO alarms (name) VALUES ('jobs.backlog') ON CONFLICT (name) DO NOTHING RETURNING raised_at
)
INSERT INTO domain_events (type, cause, data, occurred_at) SELECT 'jobs.backlog', 'watch', $1::jsonb, raised_at FROM raised
RETURNING id`;

const CLEAR = `
WITH cleared AS (DELETE FROM alarms WHERE name = 'jobs.backlog' RETURNING raised_at)
INSERT INTO domain_events (type, cause, data, occurred_at)
SELECT 'jobs.backlog_cleared', 'watch', $1::jsonb || jsonb_build_object('since', raised_at), now() FROM cleared RETURNING id`;

export class PostgresBacklog extends Backlog {
  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
  }

  override async figures(): Promise<BacklogFigures> {
    const [figures] = await this.unitOfWork.rows<BacklogFigures>(FIGURES, []);
    return figures ?? { waiting: 0, dead: 0, oldest: 0 };
  }

  override async raise({ kind }: BacklogConcern, figures: BacklogFigures): Promise<boolean> {
    return (await this.unitOfWork.rows(RAISE, [JSON.stringify({ concern: kind, ...figures })])).length > 0;
  }

  override async clear(figures: BacklogFigures): Promise<boolean> {
    return (await this.unitOfWork.rows(CLEAR, [JSON.stringify(figures)])).length > 0;
  }
}
