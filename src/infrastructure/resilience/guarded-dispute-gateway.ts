import {
  DisputeGateway,
  type DisputeReading,
  type SubmitAnswer,
  type UploadAnswer,
} from '../../application/dispute/dispute-gateway';
import type { EvidencePiece } from '../../domain/dispute/evidence';
import type { Submission } from '../../domain/dispute/submission';
import type { Guard } from './guard';
import { neverReached, unavailable } from './instead';

export class GuardedDisputeGateway extends DisputeGateway {
  constructor(
    private readonly inner: DisputeGateway,
    private readonly guard: Guard,
  ) {
    super();
  }

  override read(id: string): Promise<DisputeReading> {
    return this.guard.answer('read', 'read', () => this.inner.read(id), unavailable);
  }

  /** Each page is a call of its own: what is done with one takes longer than asking for the next. */
  override async *openedSince(since: Date | null): AsyncGenerator<readonly string[]> {
    const pages = this.inner.openedSince(since)[Symbol.asyncIterator]();
    for (;;) {
      const page = await this.guard.value('list', 'read', () => pages.next());
      if (page.done === true) return;
      yield page.value;
    }
  }

  override upload(submission: Submission, piece: EvidencePiece): Promise<UploadAnswer> {
    return this.guard.answer('upload', 'write', () => this.inner.upload(submission, piece), unavailable);
  }
  override submit(submission: Submission, pieces: readonly EvidencePiece[]): Promise<SubmitAnswer> {
    return this.guard.answer('submit', 'write', () => this.inner.submit(submission, pieces), neverReached);
  }
}
