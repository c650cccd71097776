import type { RefundStatus } from './refund-status';

export type RefundEventType =
  | `refund.${RefundStatus}`
  /** Found at Stripe, made by nobody here. */
  | 'refund.mirrored'
  | 'refund.handed_over'
  /** A person has looked into what it was listed for. */
  | 'refund.attention_closed'
  | 'refund.contradicted';

/** A change of a refund, on the timeline of its payment. Stored in the same transaction as the change itself. */
export interface RefundEvent {
  readonly type: RefundEventType;
  readonly paymentId: string;
  readonly at: Date;
  /** What brought it about: `refund:ref_…`, `event:evt_…`, `sub:…` of staff, `sweeper`. */
  readonly cause: string;
  /** Always with the id of the refund under `refund`. */
  readonly data: Readonly<Record<string, unknown>>;
}
