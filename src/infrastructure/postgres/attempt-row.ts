import { createHash } from 'node:crypto';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  Attempt,
  type AttemptOperation,
  type AttemptOrigin,
  type AttemptRequest,
  type Doubt,
} from '../../domain/payment/attempt';
import type { AttemptState } from '../../domain/payment/attempt-state';

@Entity('attempts')
export class AttemptRow {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'stripe_account' }) stripeAccount!: string;
  @Column('boolean') livemode!: boolean;
  @Column('text', { name: 'payment_id' }) paymentId!: string;
  @Column('text') origin!: AttemptOrigin;
  @Column('text', { nullable: true }) actor!: string | null;
  @Column('text', { nullable: true }) operation!: AttemptOperation | null;
  @Column('jsonb', { nullable: true }) request!: AttemptRequest | null;
  @Column('text', { name: 'request_hash', nullable: true }) requestHash!: string | null;
  @Column('text', { name: 'idempotency_key', nullable: true }) idempotencyKey!: string | null;
  @Column('text') state!: AttemptState;
  @Column('text', { nullable: true }) doubt!: Doubt | null;
  @Column('timestamptz', { name: 'doubted_at', nullable: true }) doubtedAt!: Date | null;
  @Column('text', { name: 'doubted_why', nullable: true }) doubtedWhy!: string | null;
  @Column('text', { name: 'stripe_request', nullable: true }) stripeRequest!: string | null;
  @Column('text', { name: 'stripe_charge', nullable: true }) charge!: string | null;
  @Column('text', { nullable: true }) code!: string | null;
  @Column('text', { name: 'decline_code', nullable: true }) declineCode!: string | null;
  @Column('text', { nullable: true }) message!: string | null;
  @Column('integer', { name: 'risk_score', nullable: true }) riskScore!: number | null;
  @Column('text', { name: 'risk_level', nullable: true }) riskLevel!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'first_sent_at', nullable: true }) firstSentAt!: Date | null;
  @Column('timestamptz', { name: 'settled_at', nullable: true }) settledAt!: Date | null;
  @Column('timestamptz', { name: 'next_check_at', nullable: true }) nextCheckAt!: Date | null;
  @Column('integer') checks!: number;
  @Column('timestamptz', { name: 'handed_over_at', nullable: true }) handedOverAt!: Date | null;
  @Column('text', { name: 'handed_over_reason', nullable: true }) handedOverReason!: string | null;
}

export type AttemptColumns = Omit<AttemptRow, 'stripeAccount' | 'livemode'>;

export function toRow(attempt: Attempt): AttemptColumns {
  const props = attempt.snapshot();
  const asked = props.request === null ? null : JSON.stringify(props.request);
  return {
    ...props,
    operation: props.request?.operation ?? null,
    requestHash: asked === null ? null : createHash('sha256').update(asked).digest('hex'),
    idempotencyKey: asked === null ? null : attempt.idempotencyKey,
  };
}

export function fromRow(row: AttemptRow): Attempt {
  const {
    stripeAccount: _account,
    livemode: _mode,
    operation: _op,
    requestHash: _hash,
    idempotencyKey: _key,
    ...props
  } = row;
  return Attempt.restore(props);
}
