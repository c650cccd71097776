import type { EvidencePiece } from '../../domain/dispute/evidence';
import type { EvidenceDrafts } from '../../domain/dispute/evidence-drafts';
import type { Submission, SubmissionFailure } from '../../domain/dispute/submission';
import type { UnitOfWork } from '../shared/unit-of-work';
import type { DisputeGateway } from './dispute-gateway';

export type Uploaded =
  | { readonly kind: 'uploaded'; readonly pieces: readonly EvidencePiece[] }
  | { readonly kind: 'refused'; readonly failure: SubmissionFailure }
  | { readonly kind: 'unavailable' };

/** Brings the files of a submission to Stripe, before the evidence that names them: so it says the same when repeated. */
export class UploadEvidence {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly drafts: EvidenceDrafts,
    private readonly gateway: DisputeGateway,
  ) {}

  async execute(submission: Submission): Promise<Uploaded> {
    const pieces: EvidencePiece[] = [];
    for (const piece of await this.drafts.takenBy(submission.id)) {
      if (piece.content.kind === 'text' || piece.stripeFile !== null) {
        pieces.push(piece);
        continue;
      }
      const answer = await this.gateway.upload(submission, piece);
      if (answer.kind !== 'uploaded') return answer;
      const stripeFile = await this.unitOfWork.run(() => this.drafts.uploaded(piece.id, answer.file));
      pieces.push({ ...piece, stripeFile });
    }
    return { kind: 'uploaded', pieces };
  }
}
