import type { Sagas } from '../../domain/saga/sagas';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';

/** A person discarded the job of a saga: it does not wait for it any more, and says so. */
export class AbandonSaga {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sagas: Sagas,
    private readonly clock: Clock,
  ) {}

  /** One that has ended stays as it is. @param jobId that was discarded. */
  execute(sagaId: string, jobId: string): Promise<void> {
    return this.unitOfWork.run(async () => {
      const saga = await this.sagas.lock(sagaId);
      const why = `Nobody goes on with it: its job was discarded, see cashdesk jobs show ${jobId}.`;
      if (saga?.abandon(why, this.clock.now()) === true) await this.sagas.save(saga);
    });
  }
}
