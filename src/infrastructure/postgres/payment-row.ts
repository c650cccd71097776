import { Column, Entity, PrimaryColumn, type ValueTransformer } from 'typeorm';
import type { Cipher } from '../../application/shared/cipher';
import type { NextAction, PaymentFailure } from '../../domain/payment/intent-observation';
import { Payment, type CaptureMethod, type PaymentProps } from '../../domain/payment/payment';
import type { PaymentStatus } from '../../domain/payment/payment-status';
import { isCurrency } from '../../domain/shared/currency';
import { Money } from '../../domain/shared/money';

/** pg hands bigint out as text; the columns are checked to stay within 2^53 - 1. */
const MINOR_UNITS: ValueTransformer = { to: (value: number) => value, from: Number };

@Entity('payments')
export class PaymentRow {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'stripe_account' }) stripeAccount!: string;
  @Column('boolean') livemode!: boolean;
  @Column('text') status!: PaymentStatus;
  @Column('bigint', { transformer: MINOR_UNITS }) amount!: number;
  @Column('text') currency!: string;
  @Column('bigint', { transformer: MINOR_UNITS }) capturable!: number;
  @Column('bigint', { transformer: MINOR_UNITS }) captured!: number;
  @Column('text', { name: 'capture_method' }) captureMethod!: CaptureMethod;
  @Column('text') reference!: string;
  @Column('text') purpose!: string;
  @Column('boolean', { name: 'allow_another' }) allowAnother!: boolean;
  @Column('text', { name: 'customer_id', nullable: true }) customer!: string | null;
  /** In clear, as is the metadata: only read, of what a version before this one wrote since the last start. */
  @Column({ type: 'text', nullable: true, insert: false, update: false }) description!: string | null;
  @Column({ type: 'jsonb', insert: false, update: false }) metadata!: Record<string, string>;
  @Column('text', { nullable: true }) details!: string | null;
  @Column('date', { name: 'service_date', nullable: true }) serviceDate!: string | null;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('text', { name: 'payment_method', nullable: true }) paymentMethod!: string | null;
  @Column('text', { name: 'stripe_payment_intent', nullable: true }) intent!: string | null;
  @Column('text', { name: 'stripe_charge', nullable: true }) charge!: string | null;
  @Column('text', { name: 'client_secret', nullable: true }) clientSecret!: string | null;
  @Column('jsonb', { name: 'next_action', nullable: true }) nextAction!: NextAction | null;
  @Column('text', { name: 'redirect_url', nullable: true }) redirectUrl!: string | null;
  @Column('jsonb', { nullable: true }) failure!: PaymentFailure | null;
  @Column('text', { name: 'cancellation_reason', nullable: true }) cancellationReason!: string | null;
  @Column('text', { nullable: true }) attention!: string | null;
  @Column('timestamptz', { name: 'refresh_due_at', nullable: true }) refreshDueAt!: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('integer') version!: number;
}

export type PaymentColumns = Omit<PaymentRow, 'stripeAccount' | 'livemode' | 'description' | 'metadata'>;

/** Columns that hold a secret or personal data: each is sealed, bound to its column and row. */
export type SealedColumn = 'client_secret' | 'redirect_url' | 'details';

export function seal(cipher: Cipher, column: SealedColumn, id: string, secret: string | null): string | null {
  return secret === null ? null : cipher.seal(secret, `payments.${column}:${id}`);
}

export function unseal(cipher: Cipher, column: SealedColumn, id: string, sealed: string | null): string | null {
  return sealed === null ? null : cipher.open(sealed, `payments.${column}:${id}`);
}

/** What the caller wrote about a payment, for people and programs: nobody knows whether it names somebody. */
export type PaymentDetails = Pick<PaymentProps, 'description' | 'metadata'>;

/** @returns null where there is neither a description nor metadata. */
export function sealDetails(cipher: Cipher, id: string, { description, metadata }: PaymentDetails): string | null {
  const isEmpty = description === null && Object.keys(metadata).length === 0;
  return isEmpty ? null : seal(cipher, 'details', id, JSON.stringify({ description, metadata }));
}

/** @param clear what stands in clear, where it does. @throws SealBroken */
export function openDetails(
  cipher: Cipher,
  id: string,
  details: string | null,
  { description, metadata }: PaymentDetails,
): PaymentDetails {
  const opened = unseal(cipher, 'details', id, details);
  return opened === null ? { description, metadata } : (JSON.parse(opened) as PaymentDetails);
}

export function toRow(payment: Payment, cipher: Cipher): PaymentColumns {
  const { money, description, metadata, ...rest } = payment.snapshot();
  return {
    ...rest,
    amount: money.amount,
    currency: money.currency,
    details: sealDetails(cipher, payment.id, { description, metadata }),
    clientSecret: seal(cipher, 'client_secret', payment.id, rest.clientSecret),
    redirectUrl: seal(cipher, 'redirect_url', payment.id, rest.redirectUrl),
  };
}

export function fromRow(row: PaymentRow, cipher: Cipher): Payment {
  const { amount, currency, details, stripeAccount: _account, livemode: _mode, ...rest } = row;
  if (!isCurrency(currency)) throw new Error(`payment ${row.id} is in the unknown currency ${currency}`);
  const props: PaymentProps = {
    ...rest,
    ...openDetails(cipher, row.id, details, row),
    money: Money.of(amount, currency),
    clientSecret: unseal(cipher, 'client_secret', row.id, row.clientSecret),
    redirectUrl: unseal(cipher, 'redirect_url', row.id, row.redirectUrl),
  };
  return Payment.restore(props);
}
