import { createHash } from 'node:crypto';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Cipher } from '../../application/shared/cipher';
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
  /** In clear: only read, of what an instance of a version before this one wrote since the last start. */
  @Column({ type: 'jsonb', nullable: true, insert: false, update: false }) request!: AttemptRequest | null;
  @Column('text', { nullable: true }) asked!: string | null;
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

export type AttemptColumns = Omit<AttemptRow, 'stripeAccount' | 'livemode' | 'request'>;

/** What was asked may hold a return address: it is sealed, bound to its column and row. */
function contextOf(id: string): string {
  return `attempts.asked:${id}`;
}

export function sealAsked(cipher: Cipher, id: string, request: AttemptRequest): string {
  return cipher.seal(JSON.stringify(request), contextOf(id));
}

/** @param request as it stands in clear, where it does. @throws SealBroken */
export function openAsked(cipher: Cipher, id: string, asked: string | null, request: AttemptRequest | null) {
  const stored = asked === null ? request : (JSON.parse(cipher.open(asked, contextOf(id))) as AttemptRequest);
  return stored === null ? null : completed(stored);
}

/** Requests of the versions before customers say nothing of them, and asked for nothing off session. */
function completed(request: AttemptRequest): AttemptRequest {
  if (request.operation === 'create') return { ...WITHOUT_CUSTOMER, ...request };
  return request.operation === 'confirm' ? { ...ON_SESSION, ...request } : request;
}

const ON_SESSION = { offSession: false } as const;
const WITHOUT_CUSTOMER = { ...ON_SESSION, stripeCustomer: null } as const;

export function toRow(attempt: Attempt, cipher: Cipher): AttemptColumns {
  const { request, ...props } = attempt.snapshot();
  return {
    ...props,
    operation: request?.operation ?? null,
    asked: request === null ? null : sealAsked(cipher, props.id, request),
    requestHash: request === null ? null : createHash('sha256').update(JSON.stringify(request)).digest('hex'),
    idempotencyKey: request === null ? null : attempt.idempotencyKey,
  };
}

export function fromRow(row: AttemptRow, cipher: Cipher): Attempt {
  const {
    stripeAccount: _account,
    livemode: _mode,
    operation: _op,
    requestHash: _hash,
    idempotencyKey: _key,
    asked,
    request,
    ...props
  } = row;
  return Attempt.restore({ ...props, request: openAsked(cipher, row.id, asked, request) });
}
