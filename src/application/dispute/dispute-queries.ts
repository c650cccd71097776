import type { DisputeStatus } from '../../domain/dispute/dispute-status';
import type { EvidenceField } from '../../domain/dispute/evidence';
import type { SubmissionFailure, SubmissionState } from '../../domain/dispute/submission';
import type { Page } from '../shared/page';

/** A dispute as it is shown. Plain JSON; amounts in minor units, times in ISO 8601. */
export interface DisputeView {
  readonly id: string;
  /** Null where the charge is of no payment of ours. */
  readonly payment: string | null;
  readonly charge: string;
  readonly status: DisputeStatus;
  readonly inquiry: boolean;
  readonly reason: string;
  readonly networkReason: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly dueBy: string | null;
  readonly pastDue: boolean;
  readonly submissionCount: number;
  readonly hasEvidence: boolean;
  readonly chargeRefundable: boolean;
  /** In the currency in which the account settles. */
  readonly balanceTransactions: readonly BalanceTransactionView[];
  /** Why a person must look at it. */
  readonly attention: string | null;
  readonly openedAt: string;
  readonly updatedAt: string;
}

export interface BalanceTransactionView {
  readonly id: string;
  readonly amount: number;
  readonly fee: number;
  readonly net: number;
  readonly currency: string;
  readonly at: string;
}

export interface EvidenceView {
  readonly field: EvidenceField;
  /** Null for a file. */
  readonly text: string | null;
  /** Null for a text. */
  readonly file: EvidenceFileView | null;
  readonly savedAt: string;
}

export interface EvidenceFileView {
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
  /** Stripe's `file_…`, once it was uploaded. */
  readonly stripeFile: string | null;
}

export interface SubmissionView {
  readonly id: string;
  readonly state: SubmissionState;
  readonly by: string;
  readonly failure: SubmissionFailure | null;
  readonly createdAt: string;
  readonly settledAt: string | null;
  /** What it says; none for one that was not submitted, whose evidence is a draft again. */
  readonly evidence: readonly EvidenceView[];
}

export interface DisputeDetails extends DisputeView {
  /** What is collected and was not submitted. */
  readonly draft: readonly EvidenceView[];
  /** Oldest first. */
  readonly submissions: readonly SubmissionView[];
}

export interface DisputeFilter {
  readonly status?: DisputeStatus;
  readonly payment?: string;
  /** Only those whose answer is awaited until then. */
  readonly dueBefore?: Date;
  /** Only those that a person must look at. */
  readonly attention?: boolean;
}

/** Reads for people and programs, straight from the store: newest first, keyset pages, no counts. */
export abstract class DisputeQueries {
  declare protected readonly port: 'DisputeQueries';

  abstract get(id: string): Promise<DisputeDetails | null>;
  /** @param cursor from the page before. @throws InvalidCursor */
  abstract list(filter: DisputeFilter, limit: number, cursor: string | null): Promise<Page<DisputeView>>;
}
