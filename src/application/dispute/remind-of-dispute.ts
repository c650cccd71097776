import type { Disputes } from '../../domain/dispute/disputes';
import type { Clock } from '../shared/clock';
import type { UnitOfWork } from '../shared/unit-of-work';

/** Tells of the deadline of a dispute by what is known here, when Stripe does not say how the dispute stands. */
export class RemindOfDispute {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly disputes: Disputes,
    private readonly clock: Clock,
  ) {}

  execute(id: string, cause: string): Promise<void> {
    return this.unitOfWork.run(async () => {
      const dispute = await this.disputes.lock(id);
      if (dispute?.remind(this.clock.now(), cause) === true) await this.disputes.save(dispute);
    });
  }
}
