import { DueDisputes, type ListingTurn } from '../../../src/application/dispute/due-disputes';
import { LedgerFacts, type LedgerFact } from '../../../src/application/shared/ledger-facts';
import { sizeOf, type EvidenceField, type EvidencePiece, type PieceSize } from '../../../src/domain/dispute/evidence';
import { EvidenceDrafts } from '../../../src/domain/dispute/evidence-drafts';
import { Submission } from '../../../src/domain/dispute/submission';
import { Submissions } from '../../../src/domain/dispute/submissions';
import { after, MINUTE } from '../samples';
import type { InMemoryStore } from './in-memory-store';
import type { MovableClock } from './movable-clock';

export class InMemorySubmissions extends Submissions {
  constructor(private readonly store: InMemoryStore) {
    super();
  }

  override async find(id: string): Promise<Submission | null> {
    await otherWork();
    const found = this.store.tables.submissions.get(id);
    return found === undefined ? null : Submission.restore(found);
  }

  override lock(id: string): Promise<Submission | null> {
    if (!this.store.isOpen) throw new Error('a lock needs a transaction');
    return this.find(id);
  }

  override async openOf(disputeId: string): Promise<Submission | null> {
    await otherWork();
    const own = [...this.store.tables.submissions.values()].map((props) => Submission.restore(props));
    return own.find((submission) => submission.disputeId === disputeId && submission.isOpen) ?? null;
  }

  override async add(submission: Submission): Promise<void> {
    this.store.tables.submissions.set(submission.id, submission.snapshot());
  }

  override async save(submission: Submission): Promise<void> {
    const { submissions } = this.store.tables;
    const { id, version } = submission.snapshot();
    if (submissions.get(id)?.version !== version) throw new Error('another writer was here');
    submission.stored(version + 1);
    submissions.set(id, submission.snapshot());
  }
}

export class InMemoryEvidence extends EvidenceDrafts {
  constructor(private readonly store: InMemoryStore) {
    super();
  }

  override async sizesOf(disputeId: string): Promise<PieceSize[]> {
    return this.drafts(disputeId).map(({ field, content }) => ({ field, kind: content.kind, size: sizeOf(content) }));
  }

  override async put(piece: EvidencePiece): Promise<void> {
    await this.remove(piece.disputeId, piece.field);
    this.store.tables.evidence.set(piece.id, { ...piece, submissionId: null });
  }

  override async remove(disputeId: string, field: EvidenceField): Promise<void> {
    for (const draft of this.drafts(disputeId)) {
      if (draft.field === field) this.store.tables.evidence.delete(draft.id);
    }
  }

  override async take(disputeId: string, submissionId: string): Promise<number> {
    const drafts = this.drafts(disputeId);
    for (const draft of drafts) this.store.tables.evidence.set(draft.id, { ...draft, submissionId });
    return drafts.length;
  }

  override async takenBy(submissionId: string): Promise<EvidencePiece[]> {
    await otherWork();
    return [...this.store.tables.evidence.values()].filter((piece) => piece.submissionId === submissionId);
  }

  override async uploaded(pieceId: string, stripeFile: string): Promise<string> {
    const piece = this.store.tables.evidence.get(pieceId)!;
    const stands = piece.stripeFile ?? stripeFile;
    this.store.tables.evidence.set(pieceId, { ...piece, stripeFile: stands });
    return stands;
  }

  override async giveBack(submissionId: string): Promise<void> {
    for (const piece of [...this.store.tables.evidence.values()]) {
      if (piece.submissionId === submissionId)
        this.store.tables.evidence.set(piece.id, { ...piece, submissionId: null });
    }
  }

  private drafts(disputeId: string) {
    const all = [...this.store.tables.evidence.values()];
    return all.filter((piece) => piece.disputeId === disputeId && piece.submissionId === null);
  }
}

export class InMemoryDueDisputes extends DueDisputes {
  /** When the list is due; null for never. */
  listingDueAt: Date | null = null;
  completeUntil: Date | null = null;

  constructor(
    private readonly store: InMemoryStore,
    private readonly clock: MovableClock,
  ) {
    super();
  }

  override async takeDisputes(limit: number): Promise<string[]> {
    return this.take(this.store.tables.disputes, limit);
  }

  override async takeSubmissions(limit: number): Promise<string[]> {
    return this.take(this.store.tables.submissions, limit);
  }

  override async takeListing(): Promise<ListingTurn | null> {
    const now = this.clock.now();
    if (this.listingDueAt === null || this.listingDueAt > now) return null;
    this.listingDueAt = after(5 * MINUTE, now);
    return { completeUntil: this.completeUntil, begunAt: now };
  }

  override async listingComplete(until: Date): Promise<void> {
    this.completeUntil = until;
    this.listingDueAt = after(15 * MINUTE, this.clock.now());
  }

  private take<T extends { id: string; checkDueAt: Date | null }>(table: Map<string, T>, limit: number): string[] {
    const now = this.clock.now();
    const due = [...table.values()].filter(({ checkDueAt }) => checkDueAt !== null && checkDueAt <= now);
    const taken = due.slice(0, limit);
    for (const row of taken) table.set(row.id, { ...row, checkDueAt: after(MINUTE, now) });
    return taken.map(({ id }) => id);
  }
}

export class InMemoryLedgerFacts extends LedgerFacts {
  constructor(private readonly store: InMemoryStore) {
    super();
  }

  override async note(facts: readonly LedgerFact[]): Promise<void> {
    if (!this.store.isOpen) throw new Error('facts are noted with the change that they tell of');
    this.store.tables.facts.push(...facts);
  }
}

/** A database answers later, and lets others work meanwhile. */
async function otherWork(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
