import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Cipher } from '../../application/shared/cipher';
import {
  Setup,
  type SetupFailure,
  type SetupRequest,
  type SetupStatus,
  type SetupUsage,
} from '../../domain/customer/setup';

@Entity('setups')
export class SetupRow {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'stripe_account' }) stripeAccount!: string;
  @Column('boolean') livemode!: boolean;
  @Column('text', { name: 'customer_id' }) customerId!: string;
  @Column('text') status!: SetupStatus;
  @Column('text') usage!: SetupUsage;
  @Column('text') request!: string;
  @Column('text', { name: 'consent_version' }) consentVersion!: string;
  @Column('timestamptz', { name: 'consent_at' }) consentAt!: Date;
  @Column('text') consent!: string;
  @Column('text', { name: 'stripe_setup_intent', nullable: true }) setupIntent!: string | null;
  @Column('text', { name: 'client_secret', nullable: true }) clientSecret!: string | null;
  @Column('jsonb', { name: 'next_action', nullable: true }) nextAction!: { readonly type: string } | null;
  @Column('text', { name: 'redirect_url', nullable: true }) redirectUrl!: string | null;
  @Column('jsonb', { nullable: true }) failure!: SetupFailure | null;
  @Column('text', { name: 'payment_method', nullable: true }) paymentMethod!: string | null;
  @Column('timestamptz', { name: 'check_due_at', nullable: true }) checkDueAt!: Date | null;
  @Column('integer') checks!: number;
  @Column('timestamptz', { name: 'first_sent_at' }) firstSentAt!: Date;
  @Column('timestamptz', { name: 'handed_over_at', nullable: true }) handedOverAt!: Date | null;
  @Column('text', { name: 'handed_over_reason', nullable: true }) handedOverReason!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'updated_at' }) updatedAt!: Date;
  @Column('integer') version!: number;
}

export type SetupColumns = Omit<SetupRow, 'stripeAccount' | 'livemode'>;

type SealedColumn = 'request' | 'consent' | 'client_secret' | 'redirect_url';

/** Of a consent, what is personal. */
interface SealedConsent {
  readonly address: string | null;
}

export function toRow(setup: Setup, cipher: Cipher): SetupColumns {
  const { request, consent, ...columns } = setup.snapshot();
  const { textVersion, at, address } = consent;
  const seal = (column: SealedColumn, text: string) => cipher.seal(text, contextOf(column, setup.id));
  const sealed: SealedConsent = { address };
  return {
    ...columns,
    request: seal('request', JSON.stringify(request)),
    consentVersion: textVersion,
    consentAt: at,
    consent: seal('consent', JSON.stringify(sealed)),
    clientSecret: columns.clientSecret && seal('client_secret', columns.clientSecret),
    redirectUrl: columns.redirectUrl && seal('redirect_url', columns.redirectUrl),
  };
}

/** @throws SealBroken */
export function fromRow(row: SetupRow, cipher: Cipher): Setup {
  const { stripeAccount: _account, livemode: _mode, consentVersion, consentAt, consent, ...columns } = row;
  const open = (column: SealedColumn, text: string) => cipher.open(text, contextOf(column, row.id));
  const { address } = JSON.parse(open('consent', consent)) as SealedConsent;
  return Setup.restore({
    ...columns,
    request: JSON.parse(open('request', row.request)) as SetupRequest,
    consent: { textVersion: consentVersion, at: consentAt, address },
    clientSecret: row.clientSecret && open('client_secret', row.clientSecret),
    redirectUrl: row.redirectUrl && open('redirect_url', row.redirectUrl),
  });
}

function contextOf(column: SealedColumn, id: string): string {
  return `setups.${column}:${id}`;
}
