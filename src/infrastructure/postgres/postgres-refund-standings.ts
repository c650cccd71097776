import { RefundStandings, type RefundStanding, type Span } from '../../application/refund/refund-standings';
import { RESERVING_STATUSES } from '../../domain/refund/refund-status';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** When it was captured is what its history says; one that an older version wrote has its last change. */
const STANDING = `
SELECT coalesce((SELECT min(e.occurred_at) FROM domain_events e
    WHERE e.payment_id = p.id AND e.type = 'payment.succeeded'), p.updated_at) AS "paidAt",
  (SELECT least(coalesce(sum(r.amount), 0), 9007199254740991)::text FROM refunds r
    WHERE r.payment_id = p.id AND r.status = ANY ($2::text[])) AS taken
FROM payments p WHERE p.id = $1`;

/** One that runs at once has nobody who decided; one that waits is not given yet. */
const AT_ONCE = `
SELECT least(coalesce(sum(amount), 0), 9007199254740991)::text AS sum FROM refunds
WHERE requested_by = $1 AND currency = $2 AND created_at >= $3 AND created_at < $4
  AND decided_by IS NULL AND status = ANY ($5::text[])`;

/** By name, in a space of its own. It is a statement by itself: the one after it sees what the one before it stored. */
const ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('refunds at once'), hashtext($1))";

const GIVEN_STATUSES = RESERVING_STATUSES.filter((status) => status !== 'requested');

export class PostgresRefundStandings extends RefundStandings {
  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
  }

  override async of(paymentId: string): Promise<RefundStanding> {
    const values = [paymentId, [...RESERVING_STATUSES]];
    const [row] = await this.unitOfWork.rows<{ paidAt: Date; taken: string }>(STANDING, values);
    if (row === undefined) throw new Error(`there is no payment ${paymentId}`);
    return { paidAt: row.paidAt, taken: Number(row.taken) };
  }

  override async atOnce(requestedBy: string, currency: string, { from, until }: Span): Promise<number> {
    if (this.unitOfWork.isOpen) await this.unitOfWork.executeSql(ONE_AT_A_TIME, [requestedBy]);
    const values = [requestedBy, currency, from, until, GIVEN_STATUSES];
    const [row] = await this.unitOfWork.rows<{ sum: string }>(AT_ONCE, values);
    return Number(row?.sum ?? 0);
  }
}
