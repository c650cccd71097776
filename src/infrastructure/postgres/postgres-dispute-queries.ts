import {
  DisputeQueries,
  type BalanceTransactionView,
  type DisputeDetails,
  type DisputeFilter,
  type DisputeView,
  type EvidenceView,
  type SubmissionView,
} from '../../application/dispute/dispute-queries';
import type { Cipher } from '../../application/shared/cipher';
import type { Page } from '../../application/shared/page';
import { isInquiry } from '../../domain/dispute/dispute-status';
import type { EvidenceField } from '../../domain/dispute/evidence';
import { decodeCursor, encodeCursor } from './cursor';
import { openEvidence } from './evidence-row';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

const ISO = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const VIEW = `
SELECT d.id, d.payment_id AS payment, d.stripe_charge AS charge, d.status, d.reason, d.network_reason AS "networkReason",
  d.amount, d.currency, ${ISO('d.due_by')} AS "dueBy", d.past_due AS "pastDue", d.submission_count AS "submissionCount",
  d.has_evidence AS "hasEvidence", d.charge_refundable AS "chargeRefundable", d.movements AS "balanceTransactions",
  (SELECT s.handed_over_reason FROM dispute_submissions s
   WHERE s.dispute_id = d.id AND s.handed_over_at IS NOT NULL) AS attention,
  ${ISO('d.opened_at')} AS "openedAt", ${ISO('d.updated_at')} AS "updatedAt",
  to_char(d.opened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
FROM disputes d`;

const ALL_THAT_NEED_PERSON =
  'd.id = ANY (ARRAY(SELECT dispute_id FROM dispute_submissions WHERE handed_over_at IS NOT NULL))';
const NEEDS_PERSON =
  'EXISTS (SELECT FROM dispute_submissions s WHERE s.dispute_id = d.id AND s.handed_over_at IS NOT NULL)';

/** Of files only what they are: their bytes stay where they are. */
const EVIDENCE = `
SELECT id, submission_id AS "submissionId", field, CASE kind WHEN 'text' THEN content END AS content,
  file_name AS "fileName", media_type AS "mediaType", size, sha256, stripe_file AS "stripeFile",
  ${ISO('created_at')} AS "savedAt"
FROM dispute_evidence WHERE dispute_id = $1 ORDER BY field`;

const SUBMISSIONS = `
SELECT id, state, actor AS by, failure, ${ISO('created_at')} AS "createdAt", ${ISO('settled_at')} AS "settledAt"
FROM dispute_submissions s WHERE dispute_id = $1 ORDER BY s.created_at, id`;

type ViewRow = Omit<DisputeView, 'amount' | 'inquiry' | 'balanceTransactions'> & {
  readonly amount: string;
  readonly at: string;
  readonly balanceTransactions: readonly BalanceTransactionView[];
};

interface EvidenceColumns {
  readonly id: string;
  readonly submissionId: string | null;
  readonly field: EvidenceField;
  readonly content: string | null;
  readonly fileName: string | null;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
  readonly stripeFile: string | null;
  readonly savedAt: string;
}

export class PostgresDisputeQueries extends DisputeQueries {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override async get(id: string): Promise<DisputeDetails | null> {
    const [row] = await this.unitOfWork.rows<ViewRow>(`${VIEW} WHERE d.id = $1`, [id]);
    if (row === undefined) return null;
    const evidence = await this.unitOfWork.rows<EvidenceColumns>(EVIDENCE, [id]);
    const submissions = await this.unitOfWork.rows<Omit<SubmissionView, 'evidence'>>(SUBMISSIONS, [id]);
    const of = (submissionId: string | null) =>
      evidence.filter((piece) => piece.submissionId === submissionId).map((piece) => this.evidence(piece));
    return {
      ...viewOf(row),
      draft: of(null),
      submissions: submissions.map((submission) => ({ ...submission, evidence: of(submission.id) })),
    };
  }

  override async list(filter: DisputeFilter, limit: number, cursor: string | null): Promise<Page<DisputeView>> {
    const { where, values } = conditions(filter, cursor);
    const sql = `${VIEW} ${where} ORDER BY d.opened_at DESC, d.id DESC LIMIT ${String(limit + 1)}`;
    const rows = await this.unitOfWork.manager.query<ViewRow[]>(sql, values);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    return {
      data: rows.slice(0, limit).map(viewOf),
      nextCursor: last === undefined ? null : encodeCursor({ at: last.at, id: last.id }),
    };
  }

  private evidence(row: EvidenceColumns): EvidenceView {
    const { id, field, content, fileName, mediaType, size, sha256, stripeFile, savedAt } = row;
    const text = content === null ? null : openEvidence(this.cipher, 'content', id, content);
    if (fileName === null) return { field, text, file: null, savedAt };
    const name = openEvidence(this.cipher, 'file_name', id, fileName);
    return { field, text, file: { name, mediaType, size, sha256, stripeFile }, savedAt };
  }
}

function viewOf({ at: _at, amount, ...row }: ViewRow): DisputeView {
  return { ...row, amount: Number(amount), inquiry: isInquiry(row.status) };
}

function conditions(
  { status, payment, dueBefore, attention }: DisputeFilter,
  cursor: string | null,
): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const parts: string[] = [];
  const add = (sql: string, ...given: unknown[]) => {
    parts.push(sql.replaceAll('?', () => `$${String(values.push(given.shift()))}`));
  };
  if (status !== undefined) add('d.status = ?', status);
  if (payment !== undefined) add('d.payment_id = ?', payment);
  if (dueBefore !== undefined)
    add("d.status IN ('needs_response', 'warning_needs_response') AND d.due_by < ?", dueBefore);
  if (attention === true) add(ALL_THAT_NEED_PERSON);
  if (attention === false) add(`NOT ${NEEDS_PERSON}`);
  if (cursor !== null) {
    const after = decodeCursor(cursor);
    add('(d.opened_at, d.id) < (?::timestamptz, ?)', after.at, after.id);
  }
  return { where: parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`, values };
}
