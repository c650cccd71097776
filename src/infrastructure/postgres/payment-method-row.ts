import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Cipher } from '../../application/shared/cipher';
import {
  PaymentMethod,
  type PaymentMethodDetails,
  type PaymentMethodState,
} from '../../domain/customer/payment-method';

@Entity('payment_methods')
export class PaymentMethodRow {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'stripe_account' }) stripeAccount!: string;
  @Column('boolean') livemode!: boolean;
  @Column('text', { name: 'customer_id' }) customerId!: string;
  @Column('text', { name: 'setup_id', nullable: true }) setupId!: string | null;
  @Column('text') type!: string;
  @Column('text') details!: string;
  @Column('integer', { name: 'exp_year', nullable: true }) expYear!: number | null;
  @Column('integer', { name: 'exp_month', nullable: true }) expMonth!: number | null;
  @Column('text') state!: PaymentMethodState;
  @Column('timestamptz', { name: 'check_due_at', nullable: true }) checkDueAt!: Date | null;
  @Column('integer') checks!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('timestamptz', { name: 'detached_at', nullable: true }) detachedAt!: Date | null;
  @Column('integer') version!: number;
}

export type PaymentMethodColumns = Omit<PaymentMethodRow, 'stripeAccount' | 'livemode'>;

type SealedDetails = Pick<PaymentMethodDetails, 'brand' | 'last4' | 'funding' | 'country'>;

export type DetailColumns = Pick<PaymentMethodRow, 'id' | 'type' | 'details' | 'expYear' | 'expMonth'>;

export function toRow(method: PaymentMethod, cipher: Cipher): PaymentMethodColumns {
  const { details, ...columns } = method.snapshot();
  const { type, expiry, brand, last4, funding, country } = details;
  const sealed: SealedDetails = { brand, last4, funding, country };
  return {
    ...columns,
    type,
    details: cipher.seal(JSON.stringify(sealed), contextOf(method.id)),
    expYear: expiry?.year ?? null,
    expMonth: expiry?.month ?? null,
  };
}

/** @throws SealBroken */
export function fromRow(row: PaymentMethodRow, cipher: Cipher): PaymentMethod {
  const { stripeAccount: _account, livemode: _mode, type: _type, expYear: _year, expMonth: _month, ...columns } = row;
  return PaymentMethod.restore({ ...columns, details: detailsIn(row, cipher) });
}

/** @throws SealBroken */
export function detailsIn(
  { id, type, details, expYear, expMonth }: DetailColumns,
  cipher: Cipher,
): PaymentMethodDetails {
  const sealed = JSON.parse(cipher.open(details, contextOf(id))) as SealedDetails;
  return { type, ...sealed, expiry: expYear === null || expMonth === null ? null : { year: expYear, month: expMonth } };
}

function contextOf(id: string): string {
  return `payment_methods.details:${id}`;
}
