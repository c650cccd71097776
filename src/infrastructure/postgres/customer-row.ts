import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { BlindIndex } from '../../application/shared/blind-index';
import type { Cipher } from '../../application/shared/cipher';
import {
  Customer,
  type Creation,
  type CustomerDetails,
  type CustomerProps,
  type CustomerRefusal,
} from '../../domain/customer/customer';

@Entity('customers')
export class CustomerRow {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'stripe_account' }) stripeAccount!: string;
  @Column('boolean') livemode!: boolean;
  @Column('text') personal!: string;
  @Column('text', { name: 'subject_index', nullable: true }) subjectIndex!: string | null;
  @Column('text', { name: 'email_index', nullable: true }) emailIndex!: string | null;
  @Column('text', { name: 'default_payment_method', nullable: true }) defaultPaymentMethod!: string | null;
  @Column('text', { name: 'stripe_customer', nullable: true }) stripeCustomer!: string | null;
  @Column('integer') revision!: number;
  @Column('integer', { name: 'stripe_revision' }) stripeRevision!: number;
  @Column('jsonb', { nullable: true }) refusal!: CustomerRefusal | null;
  @Column('timestamptz', { name: 'sync_due_at', nullable: true }) syncDueAt!: Date | null;
  @Column('integer', { name: 'sync_tries' }) syncTries!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('integer') version!: number;
}

export type CustomerColumns = Omit<CustomerRow, 'stripeAccount' | 'livemode'>;

/** The sealed JSON: what is known of the person, and what of it Stripe was, or still has to be, told. */
interface Personal extends CustomerDetails {
  readonly creation: StoredCreation | null;
  readonly removedMetadata: readonly string[];
}

type StoredCreation = Omit<Creation, 'firstSentAt' | 'failedAt'> & {
  readonly firstSentAt: string;
  readonly failedAt: string | null;
};

export function subjectIndex(blindIndex: BlindIndex, subject: string): string {
  return blindIndex.of(subject, 'customers.subject');
}

/** E-mail addresses are compared without regard to case, to how letters are composed, and to spaces around them. */
export function emailIndex(blindIndex: BlindIndex, email: string): string {
  return blindIndex.of(email.trim().normalize('NFC').toLowerCase(), 'customers.email');
}

export function toRow(customer: Customer, cipher: Cipher, blindIndex: BlindIndex): CustomerColumns {
  const { subject, email, name, phone, address, metadata, creation, removedMetadata, ...columns } = customer.snapshot();
  const personal: Personal = {
    ...{ subject, email, name, phone, address, metadata, removedMetadata },
    creation: creation === null ? null : stored(creation),
  };
  return {
    ...columns,
    personal: cipher.seal(JSON.stringify(personal), contextOf(customer.id)),
    subjectIndex: subject === null ? null : subjectIndex(blindIndex, subject),
    emailIndex: email === null ? null : emailIndex(blindIndex, email),
  };
}

/** @throws SealBroken */
export function fromRow(row: CustomerRow, cipher: Cipher): Customer {
  const { stripeAccount: _account, livemode: _mode, personal, subjectIndex: _s, emailIndex: _e, ...columns } = row;
  const { creation, ...opened } = JSON.parse(cipher.open(personal, contextOf(row.id))) as Personal;
  const props: CustomerProps = { ...columns, ...opened, creation: creation === null ? null : restored(creation) };
  return Customer.restore(props);
}

function stored(creation: Creation): StoredCreation {
  const { firstSentAt, failedAt } = creation;
  return { ...creation, firstSentAt: firstSentAt.toISOString(), failedAt: failedAt?.toISOString() ?? null };
}

function restored(creation: StoredCreation): Creation {
  const { firstSentAt, failedAt } = creation;
  return {
    ...creation,
    firstSentAt: new Date(firstSentAt),
    failedAt: failedAt === null ? null : new Date(failedAt),
  };
}

function contextOf(id: string): string {
  return `customers.personal:${id}`;
}
