import type { RefundStatus } from '../../domain/refund/refund-status';
import type { TimelineEntry } from '../payment/payment-queries';
import type { Page } from '../shared/page';
import type { RefundView } from './refund-view';

export interface RefundFilter {
  readonly status?: RefundStatus;
  readonly paymentId?: string;
  /** Only those that a person must look at. */
  readonly attention?: boolean;
}

/** Reads for people and programs, straight from the store: newest first, keyset pages, no counts. */
export abstract class RefundQueries {
  declare protected readonly port: 'RefundQueries';

  abstract get(id: string): Promise<RefundView | null>;
  /** @param cursor from the page before. @throws InvalidCursor */
  abstract list(filter: RefundFilter, limit: number, cursor: string | null): Promise<Page<RefundView>>;
  /** What happened to it, oldest first. */
  abstract timeline(refund: RefundView): Promise<TimelineEntry[]>;
}
