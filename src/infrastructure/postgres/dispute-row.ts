import { Column, Entity, PrimaryColumn, type ValueTransformer } from 'typeorm';
import { Dispute, type DisputeMovement } from '../../domain/dispute/dispute';
import type { DisputeStatus } from '../../domain/dispute/dispute-status';

/** pg hands bigint out as text; the columns are checked to stay within 2^53 - 1. */
const MINOR_UNITS: ValueTransformer = { to: (value: number) => value, from: Number };

/** JSON has no times. */
type MovementColumn = Omit<DisputeMovement, 'at'> & { readonly at: string };

@Entity('disputes')
export class DisputeRow {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'stripe_account' }) stripeAccount!: string;
  @Column('boolean') livemode!: boolean;
  @Column('text', { name: 'payment_id', nullable: true }) paymentId!: string | null;
  @Column('text', { name: 'stripe_charge' }) charge!: string;
  @Column('text', { name: 'stripe_payment_intent', nullable: true }) intent!: string | null;
  @Column('text') status!: DisputeStatus;
  @Column('text') reason!: string;
  @Column('text', { name: 'network_reason', nullable: true }) networkReason!: string | null;
  @Column('bigint', { transformer: MINOR_UNITS }) amount!: number;
  @Column('text') currency!: string;
  @Column('timestamptz', { name: 'due_by', nullable: true }) dueBy!: Date | null;
  @Column('boolean', { name: 'past_due' }) pastDue!: boolean;
  @Column('integer', { name: 'submission_count' }) submissionCount!: number;
  @Column('boolean', { name: 'has_evidence' }) hasEvidence!: boolean;
  @Column('boolean', { name: 'charge_refundable' }) isChargeRefundable!: boolean;
  @Column('jsonb') movements!: MovementColumn[];
  @Column('timestamptz', { name: 'opened_at' }) openedAt!: Date;
  @Column('integer', { nullable: true }) reminded!: number | null;
  @Column('bigint', { name: 'loss_noted', transformer: MINOR_UNITS }) lossNoted!: number;
  @Column('integer', { name: 'loss_notes' }) lossNotes!: number;
  @Column('timestamptz', { name: 'check_due_at', nullable: true }) checkDueAt!: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('integer') version!: number;
}

export type DisputeColumns = Omit<DisputeRow, 'stripeAccount' | 'livemode'>;

export function toRow(dispute: Dispute): DisputeColumns {
  const { movements, ...columns } = dispute.snapshot();
  return { ...columns, movements: movements.map((movement) => ({ ...movement, at: movement.at.toISOString() })) };
}

export function fromRow(row: DisputeRow): Dispute {
  const { stripeAccount: _account, livemode: _mode, movements, ...columns } = row;
  return Dispute.restore({
    ...columns,
    movements: movements.map((movement) => ({ ...movement, at: new Date(movement.at) })),
  });
}
