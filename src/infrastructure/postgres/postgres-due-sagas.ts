import { DueSagas, type BuriedSaga } from '../../application/saga/due-sagas';
import { insertionOfJobs } from './postgres-job-queue';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** Its job works on it by then; should the job be lost, it is given another after this. */
const PUT_OFF_SECONDS = 60;

/** Given up since anything happened to the saga: what happened before, it got over. */
const ITS_DEAD_JOB = "d.queue = 'run-saga' AND d.key = s.id AND d.died_at >= s.updated_at";

/** Versions stay as they are: nothing of the saga itself is changed. */
const ENQUEUE = `
WITH due AS (
  SELECT id FROM sagas s
  WHERE next_look_at <= now() AND NOT EXISTS (SELECT FROM dead_jobs d WHERE ${ITS_DEAD_JOB})
  ORDER BY next_look_at LIMIT $1 FOR UPDATE SKIP LOCKED
), put_off AS (
  UPDATE sagas SET next_look_at = now() + $2 * interval '1 second' WHERE id IN (SELECT id FROM due) RETURNING id
)
${insertionOfJobs('run-saga', 'SELECT id AS key FROM put_off')}
RETURNING key`;

const BURIED = `
SELECT DISTINCT ON (s.id) s.id, d.failure FROM dead_jobs d JOIN sagas s ON ${ITS_DEAD_JOB}
WHERE d.queue = 'run-saga' AND s.next_look_at IS NOT NULL
ORDER BY s.id, d.died_at DESC LIMIT $1`;

export class PostgresDueSagas extends DueSagas {
  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
  }

  override async enqueue(limit: number): Promise<number> {
    return (await this.unitOfWork.rows(ENQUEUE, [limit, PUT_OFF_SECONDS])).length;
  }

  override buried(limit: number): Promise<BuriedSaga[]> {
    return this.unitOfWork.rows<BuriedSaga>(BURIED, [limit]);
  }
}
