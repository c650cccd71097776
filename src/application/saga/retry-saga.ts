import { err, ok, type Result } from '../../domain/shared/result';
import type { JobQueue } from '../shared/job-queue';
import type { SagaQueries } from './saga-queries';

export type RetrySagaProblem = { readonly kind: 'saga_not_found' } | { readonly kind: 'saga_has_ended' };

/** Has a saga worked on at once, whatever became of its job: one that failed goes on, one that waits looks again. */
export class RetrySaga {
  constructor(
    private readonly queries: SagaQueries,
    private readonly jobs: JobQueue,
  ) {}

  async execute(sagaId: string): Promise<Result<void, RetrySagaProblem>> {
    const saga = await this.queries.get(sagaId);
    if (saga === null) return err({ kind: 'saga_not_found' });
    if (saga.state === 'completed' || saga.state === 'compensated') return err({ kind: 'saga_has_ended' });
    await this.jobs.enqueue('run-saga', sagaId);
    return ok(undefined);
  }
}
