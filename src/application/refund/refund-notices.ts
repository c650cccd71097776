/** What the customer is to be told of a refund. */
export type RefundNotice = 'succeeded' | 'failed';

export interface NoticeOf {
  readonly refundId: string;
  readonly paymentId: string;
  readonly kind: RefundNotice;
  /** `saga:sag_…` */
  readonly cause: string;
  readonly at: Date;
}

/**
 * What customers are to be told, as events `refund.customer_to_be_told`: whoever writes to customers takes them from there.
 * They hold ids only. In the caller's unit of work.
 */
export abstract class RefundNotices {
  declare protected readonly port: 'RefundNotices';

  /** Each kind once for a refund, however often it is said. */
  abstract tell(notice: NoticeOf): Promise<void>;
}
