import {
  DisputeQueries,
  type DisputeDetails,
  type DisputeFilter,
  type DisputeView,
  type EvidenceView,
} from '../../../src/application/dispute/dispute-queries';
import { InvalidCursor, type Page } from '../../../src/application/shared/page';
import type { DisputeProps } from '../../../src/domain/dispute/dispute';
import { isInquiry } from '../../../src/domain/dispute/dispute-status';
import type { InMemoryStore } from './in-memory-store';

export class InMemoryDisputeQueries extends DisputeQueries {
  constructor(private readonly store: InMemoryStore) {
    super();
  }

  override async get(id: string): Promise<DisputeDetails | null> {
    await Promise.resolve();
    const props = this.store.tables.disputes.get(id);
    if (props === undefined) return null;
    const submissions = [...this.store.tables.submissions.values()].filter(({ disputeId }) => disputeId === id);
    return {
      ...viewOf(props),
      draft: this.evidence(id, null),
      submissions: submissions.map(({ id: own, state, actor, failure, createdAt, settledAt }) => ({
        ...{ id: own, state, by: actor, failure },
        createdAt: createdAt.toISOString(),
        settledAt: settledAt?.toISOString() ?? null,
        evidence: this.evidence(id, own),
      })),
    };
  }

  override async list(
    { status, payment }: DisputeFilter,
    limit: number,
    cursor: string | null,
  ): Promise<Page<DisputeView>> {
    await Promise.resolve();
    if (cursor !== null) throw new InvalidCursor('The cursor is none that this list handed out.');
    const all = [...this.store.tables.disputes.values()];
    const shown = all.filter(
      (props) =>
        (status === undefined || props.status === status) && (payment === undefined || props.paymentId === payment),
    );
    return { data: shown.slice(0, limit).map(viewOf), nextCursor: null };
  }

  private evidence(disputeId: string, submissionId: string | null): EvidenceView[] {
    const all = [...this.store.tables.evidence.values()];
    return all
      .filter((piece) => piece.disputeId === disputeId && piece.submissionId === submissionId)
      .map(({ field, content, stripeFile, createdAt }) => ({
        field,
        text: content.kind === 'text' ? content.text : null,
        file:
          content.kind === 'text'
            ? null
            : { name: content.name, mediaType: content.mediaType, size: content.bytes.length, sha256: '0', stripeFile },
        savedAt: createdAt.toISOString(),
      }));
  }
}

function viewOf(props: DisputeProps): DisputeView {
  const { id, paymentId, charge, status, reason, networkReason, amount, currency, dueBy, pastDue } = props;
  return {
    ...{ id, payment: paymentId, charge, status, inquiry: isInquiry(status), reason, networkReason, amount, currency },
    ...{ dueBy: dueBy?.toISOString() ?? null, pastDue, submissionCount: props.submissionCount },
    ...{ hasEvidence: props.hasEvidence, chargeRefundable: props.isChargeRefundable, attention: null },
    balanceTransactions: props.movements.map((movement) => ({ ...movement, at: movement.at.toISOString() })),
    ...{ openedAt: props.openedAt.toISOString(), updatedAt: props.updatedAt.toISOString() },
  };
}
