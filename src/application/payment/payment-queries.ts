import type { PaymentStatus } from '../../domain/payment/payment-status';
import type { Page } from '../shared/page';
import type { PaymentFinishing, PaymentView } from './payment-view';

export interface PaymentFilter {
  /** Only payments made for this customer: `cus_…`. */
  readonly customer?: string;
  readonly status?: PaymentStatus | 'unknown';
  readonly reference?: string;
  readonly currency?: string;
  /** Only those that a person must look at. */
  readonly attention?: boolean;
  readonly createdFrom?: Date;
  /** Exclusive. */
  readonly createdBefore?: Date;
}

export type TimelineKind = 'event' | 'attempt' | 'attempt_in_doubt' | 'attempt_settled' | 'webhook';

/** One line of a payment's history. */
export interface TimelineEntry {
  readonly at: string;
  readonly kind: TimelineKind;
  /** `payment.succeeded`, `confirm sent`, `confirm declined`, `payment_intent.succeeded`. */
  readonly what: string;
  /** What brought it about: `attempt:att_…`, `event:evt_…`, `api`, `expiry`. */
  readonly cause: string;
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads for people and programs, straight from the store: newest first, keyset pages, no counts. */
export abstract class PaymentQueries {
  declare protected readonly port: 'PaymentQueries';

  abstract get(id: string): Promise<PaymentView | null>;
  /** @param cursor from the page before. @throws InvalidCursor */
  abstract list(filter: PaymentFilter, limit: number, cursor: string | null): Promise<Page<PaymentView>>;
  /** Every attempt, event, change and webhook of a payment, oldest first. */
  abstract timeline(id: string): Promise<TimelineEntry[]>;
  /** For the one who may finish the payment, and nobody else. */
  abstract finishing(id: string): Promise<PaymentFinishing>;
}
