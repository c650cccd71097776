import {
  sizeOf,
  tooLarge,
  type EvidenceContent,
  type EvidenceField,
  type EvidenceTooLarge,
  type PieceSize,
} from '../../domain/dispute/evidence';
import { err, ok, type Result } from '../../domain/shared/result';
import type { Clock } from '../shared/clock';
import type { IdempotencyScope } from '../shared/idempotency';
import type { Identifiers } from '../shared/identifiers';
import type { WriteOnce } from '../shared/write-once';
import type { NotOpenForEvidence, SubmissionBooks } from './submission-books';

/** What is to be said in a field from now on; null for nothing. */
export type EvidenceChange = readonly [EvidenceField, EvidenceContent | null];

export interface SaveEvidenceCommand {
  readonly disputeId: string;
  /** Other fields stay as they are. */
  readonly changes: readonly EvidenceChange[];
  readonly idempotency: IdempotencyScope | null;
}

export type EvidenceProblem = NotOpenForEvidence | EvidenceTooLarge | { readonly kind: 'idempotency_key_reused' };

/** Rolls back what was begun. */
class Refused extends Error {
  constructor(readonly problem: EvidenceProblem) {
    super(problem.kind);
  }
}

/** Collects evidence here, sealed; Stripe hears of it when it is submitted. */
export class SaveEvidence {
  constructor(
    private readonly writeOnce: WriteOnce,
    private readonly books: SubmissionBooks,
    private readonly identifiers: Identifiers,
    private readonly clock: Clock,
  ) {}

  async execute(command: SaveEvidenceCommand): Promise<Result<void, EvidenceProblem>> {
    const { disputeId, idempotency } = command;
    try {
      const written = await this.writeOnce.execute(idempotency, disputeId, () => this.save(command));
      return written.kind === 'idempotency_key_reused' ? err({ kind: 'idempotency_key_reused' }) : ok(undefined);
    } catch (error) {
      if (error instanceof Refused) return err(error.problem);
      throw error;
    }
  }

  private async save({ disputeId, changes }: SaveEvidenceCommand): Promise<void> {
    const now = this.clock.now();
    const opened = await this.books.open(disputeId, now);
    if (!opened.ok) throw new Refused(opened.error);
    const excess = tooLarge(await this.sizesAfter(disputeId, changes));
    if (excess !== null) throw new Refused(excess);
    const { drafts } = this.books;
    for (const [field, content] of changes) {
      if (content === null) await drafts.remove(disputeId, field);
      else {
        const id = this.identifiers.next('evd');
        await drafts.put({ id, disputeId, field, content, stripeFile: null, createdAt: now });
      }
    }
  }

  private async sizesAfter(disputeId: string, changes: readonly EvidenceChange[]): Promise<PieceSize[]> {
    const changed = new Set(changes.map(([field]) => field));
    const kept = (await this.books.drafts.sizesOf(disputeId)).filter(({ field }) => !changed.has(field));
    const put = changes.flatMap(([field, content]) =>
      content === null ? [] : [{ field, kind: content.kind, size: sizeOf(content) }],
    );
    return [...kept, ...put];
  }
}
