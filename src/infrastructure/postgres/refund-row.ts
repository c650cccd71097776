import { Column, Entity, PrimaryColumn, type ValueTransformer } from 'typeorm';
import type { Cipher } from '../../application/shared/cipher';
import type { Doubt } from '../../domain/payment/attempt';
import { Refund, type RefundFailure, type RefundOrigin } from '../../domain/refund/refund';
import type { RefundDecision } from '../../domain/refund/refund-decision';
import type { RefundRole } from '../../domain/refund/refund-limits';
import type { RefundStatus } from '../../domain/refund/refund-status';
import { isCurrency } from '../../domain/shared/currency';
import { Money } from '../../domain/shared/money';

/** pg hands bigint out as text; the column is checked to stay within 2^53 - 1. */
const MINOR_UNITS: ValueTransformer = { to: (value: number) => value, from: Number };

@Entity('refunds')
export class RefundRow {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'stripe_account' }) stripeAccount!: string;
  @Column('boolean') livemode!: boolean;
  @Column('text', { name: 'payment_id' }) paymentId!: string;
  @Column('text') status!: RefundStatus;
  @Column('text') origin!: RefundOrigin;
  @Column('bigint', { transformer: MINOR_UNITS }) amount!: number;
  @Column('text') currency!: string;
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('text', { nullable: true }) note!: string | null;
  @Column('text', { name: 'requested_by', nullable: true }) requestedBy!: string | null;
  @Column('text', { name: 'requested_role', nullable: true }) requestedRole!: RefundRole | null;
  @Column('jsonb', { nullable: true }) decision!: RefundDecision | null;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column('text', { name: 'decided_by', nullable: true }) decidedBy!: string | null;
  @Column('timestamptz', { name: 'decided_at', nullable: true }) decidedAt!: Date | null;
  @Column('text', { name: 'decision_note', nullable: true }) decisionNote!: string | null;
  @Column('text', { name: 'stripe_refund', nullable: true }) stripeRefund!: string | null;
  @Column('text', { name: 'pending_reason', nullable: true }) pendingReason!: string | null;
  @Column('jsonb', { nullable: true }) failure!: RefundFailure | null;
  @Column('text', { nullable: true }) doubt!: Doubt | null;
  @Column('timestamptz', { name: 'first_sent_at', nullable: true }) firstSentAt!: Date | null;
  @Column('timestamptz', { name: 'next_check_at', nullable: true }) nextCheckAt!: Date | null;
  @Column('integer') checks!: number;
  @Column('text', { nullable: true }) attention!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('integer') version!: number;
}

export type RefundColumns = Omit<RefundRow, 'stripeAccount' | 'livemode'>;

/** What staff wrote, for people: nobody knows whom it names. */
type SealedColumn = 'note' | 'decision_note';

export function toRow(refund: Refund, cipher: Cipher): RefundColumns {
  const { money, ...rest } = refund.snapshot();
  const seal = (column: SealedColumn, text: string) => cipher.seal(text, contextOf(column, refund.id));
  return {
    ...rest,
    amount: money.amount,
    currency: money.currency,
    note: rest.note && seal('note', rest.note),
    decisionNote: rest.decisionNote && seal('decision_note', rest.decisionNote),
  };
}

/** @throws SealBroken */
export function fromRow(row: RefundRow, cipher: Cipher): Refund {
  const { amount, currency, stripeAccount: _account, livemode: _mode, ...rest } = row;
  if (!isCurrency(currency)) throw new Error(`refund ${row.id} is in the unknown currency ${currency}`);
  return Refund.restore({
    ...rest,
    money: Money.of(amount, currency),
    note: openNote(cipher, 'note', row.id, row.note),
    decisionNote: openNote(cipher, 'decision_note', row.id, row.decisionNote),
  });
}

export function openNote(cipher: Cipher, column: SealedColumn, id: string, sealed: string | null): string | null {
  return sealed === null ? null : cipher.open(sealed, contextOf(column, id));
}

function contextOf(column: SealedColumn, id: string): string {
  return `refunds.${column}:${id}`;
}
