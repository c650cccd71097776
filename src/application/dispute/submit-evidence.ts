import type { Submission } from '../../domain/dispute/submission';
import { ok, type Result } from '../../domain/shared/result';
import type { BeginSubmission, SubmitEvidenceCommand, SubmitProblem } from './begin-submission';
import type { CarryOutSubmission } from './carry-out-submission';

/** Submits what was collected, all of it and for good: most banks take evidence once. */
export class SubmitEvidence {
  constructor(
    private readonly begin: BeginSubmission,
    private readonly carryOut: CarryOutSubmission,
  ) {}

  /** @returns the submission as it stands; while it is open, others go on with it. */
  async execute(command: SubmitEvidenceCommand): Promise<Result<Submission, SubmitProblem>> {
    const begun = await this.begin.execute(command);
    if (!begun.ok) return begun;
    return ok(await this.carryOut.execute(begun.value, command.actor));
  }
}
