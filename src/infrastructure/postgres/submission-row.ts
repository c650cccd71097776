import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Submission, type SubmissionFailure, type SubmissionState } from '../../domain/dispute/submission';
import type { Doubt } from '../../domain/payment/attempt';

@Entity('dispute_submissions')
export class SubmissionRow {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'stripe_account' }) stripeAccount!: string;
  @Column('boolean') livemode!: boolean;
  @Column('text', { name: 'dispute_id' }) disputeId!: string;
  @Column('text') state!: SubmissionState;
  @Column('text') actor!: string;
  @Column('integer', { name: 'count_before' }) countBefore!: number;
  @Column('text', { nullable: true }) doubt!: Doubt | null;
  @Column('jsonb', { nullable: true }) failure!: SubmissionFailure | null;
  @Column('timestamptz', { name: 'first_sent_at', nullable: true }) firstSentAt!: Date | null;
  @Column('timestamptz', { name: 'last_sent_at', nullable: true }) lastSentAt!: Date | null;
  @Column('timestamptz', { name: 'check_due_at', nullable: true }) checkDueAt!: Date | null;
  @Column('integer') checks!: number;
  @Column('timestamptz', { name: 'handed_over_at', nullable: true }) handedOverAt!: Date | null;
  @Column('text', { name: 'handed_over_reason', nullable: true }) handedOverReason!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'settled_at', nullable: true }) settledAt!: Date | null;
  @Column('integer') version!: number;
}

export type SubmissionColumns = Omit<SubmissionRow, 'stripeAccount' | 'livemode'>;

export function toRow(submission: Submission): SubmissionColumns {
  return { ...submission.snapshot() };
}

export function fromRow({ stripeAccount: _account, livemode: _mode, ...columns }: SubmissionRow): Submission {
  return Submission.restore(columns);
}
