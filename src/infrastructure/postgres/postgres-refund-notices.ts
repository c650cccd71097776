import { RefundNotices, type NoticeOf } from '../../application/refund/refund-notices';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

/** The index on these events holds to one of a kind. */
const TELL = `
INSERT INTO domain_events (type, payment_id, cause, data, occurred_at)
VALUES ('refund.customer_to_be_told', $1, $2, jsonb_build_object('refund', $3::text, 'kind', $4::text), $5)
ON CONFLICT ((data->>'refund'), (data->>'kind')) WHERE type = 'refund.customer_to_be_told' DO NOTHING`;

export class PostgresRefundNotices extends RefundNotices {
  constructor(private readonly unitOfWork: PostgresUnitOfWork) {
    super();
  }

  override async tell({ paymentId, cause, refundId, kind, at }: NoticeOf): Promise<void> {
    await this.unitOfWork.rows(TELL, [paymentId, cause, refundId, kind, at]);
  }
}
