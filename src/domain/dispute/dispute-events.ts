import type { DisputeStatus } from './dispute-status';

export type DisputeEventType =
  | 'dispute.opened'
  | `dispute.${DisputeStatus}`
  | 'dispute.contradicted'
  | 'dispute.funds_withdrawn'
  | 'dispute.funds_reinstated'
  | 'dispute.deadline_approaching'
  | 'dispute.deadline_missed'
  | 'dispute.evidence_submitting'
  | 'dispute.evidence_submitted'
  | 'dispute.evidence_not_submitted'
  | 'dispute.evidence_in_doubt';

/** What happened in a dispute of a payment of ours; stored with the change, on the history of the payment. */
export interface DisputeEvent {
  readonly type: DisputeEventType;
  readonly paymentId: string;
  readonly at: Date;
  /** What brought it about: `event:evt_…`, `sweeper`, `listing`, who submitted evidence. */
  readonly cause: string;
  /** Always names the dispute. Amounts are minor units. */
  readonly data: Readonly<Record<string, unknown>>;
}
