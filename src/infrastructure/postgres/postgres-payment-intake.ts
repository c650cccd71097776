import type { Cipher } from '../../application/shared/cipher';
import type { IdempotencyScope } from '../../application/shared/idempotency';
import { PaymentIntake, type Intake } from '../../application/payment/payment-intake';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import { toRow as attemptRow } from './attempt-row';
import { DEFAULT_LEASE, type Lease } from './lease';
import { toRow } from './payment-row';
import { constraintOf, type PostgresUnitOfWork } from './postgres-unit-of-work';

/**
 * One statement, so one commit and one round trip. When the key is taken, the first part yields no row and nothing
 * else is stored. The foreign keys are checked at the end of the statement, so the parts may stand in any order.
 */
const BEGIN = `
WITH key AS (
  INSERT INTO idempotency_records (principal, route, key, fingerprint, state, leased_until, resource, attempt_id)
  VALUES ($1, $2, $3, $4, 'running', now() + make_interval(secs => $5), $6, $7)
  ON CONFLICT (principal, route, key) DO NOTHING
  RETURNING resource
), payment AS (
  INSERT INTO payments (id, stripe_account, livemode, status, amount, currency, capturable, captured, capture_method,
    reference, purpose, allow_another, customer_id, details, service_date, expires_at, created_at, updated_at,
    version)
  SELECT $6, $8, $9::boolean, $10, $11::bigint, $12, 0, 0, $13, $14, $15, $16::boolean, $17, $18, $19::date,
    $20::timestamptz, $21::timestamptz, $21::timestamptz, 1
  FROM key
), attempt AS (
  INSERT INTO attempts (id, stripe_account, livemode, payment_id, origin, actor, operation, asked, request_hash,
    idempotency_key, state, created_at, first_sent_at, next_check_at, checks)
  SELECT $7, $8, $9::boolean, $6, 'api', $22, 'create', $23, $24, $25, $26, $21::timestamptz, $21::timestamptz,
    now() + make_interval(secs => $5), 0
  FROM key
), event AS (
  INSERT INTO domain_events (type, payment_id, cause, data, occurred_at)
  SELECT each->>'type', $6, each->>'cause', each->'data', $21::timestamptz
  FROM key, jsonb_array_elements($27::jsonb) each
)
SELECT count(*)::int AS begun FROM key`;

const HOLDER = `
SELECT id FROM payments
WHERE stripe_account = $1 AND livemode = $2 AND reference = $3 AND purpose = $4
  AND status NOT IN ('canceled', 'failed') AND NOT allow_another`;

/** Constraints that say which of the outcomes it is. */
const ONE_LIVE = 'payments_one_live_per_reference';
const CUSTOMER_EXISTS = 'payments_customer_id_fkey';

export class PostgresPaymentIntake extends PaymentIntake {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
    private readonly cipher: Cipher,
    private readonly lease: Lease = DEFAULT_LEASE,
  ) {
    super();
  }

  override async begin(payment: Payment, attempt: Attempt, scope: IdempotencyScope): Promise<Intake> {
    for (;;) {
      try {
        const [row] = await this.unitOfWork.rows<{ begun: number }>(BEGIN, this.values(payment, attempt, scope));
        if (row?.begun !== 1) return { kind: 'known' };
        payment.pullEvents();
        return { kind: 'begun' };
      } catch (error) {
        const violated = constraintOf(error);
        if (violated === CUSTOMER_EXISTS) return { kind: 'customer_unknown' };
        if (violated !== ONE_LIVE) throw error;
        const holder = await this.holderOf(payment);
        if (holder !== null) return { kind: 'reference_taken', paymentId: holder };
        // It ended between the two statements: the reference is free now.
      }
    }
  }

  private values(payment: Payment, attempt: Attempt, scope: IdempotencyScope): unknown[] {
    const row = toRow(payment, this.cipher);
    const sent = attemptRow(attempt, this.cipher);
    const { account, livemode } = this.binding.current();
    return [
      ...[scope.principal, scope.route, scope.key, scope.fingerprint, this.lease.seconds, row.id, sent.id],
      ...[account, livemode, row.status, row.amount, row.currency, row.captureMethod, row.reference, row.purpose],
      ...[row.allowAnother, row.customer, row.details, row.serviceDate],
      ...[row.expiresAt, row.createdAt, sent.actor, sent.asked, sent.requestHash],
      ...[sent.idempotencyKey, sent.state, JSON.stringify(payment.events)],
    ];
  }

  private async holderOf(payment: Payment): Promise<string | null> {
    const { account, livemode } = this.binding.current();
    const { reference, purpose } = payment.snapshot();
    const values = [account, livemode, reference, purpose];
    const [row] = await this.unitOfWork.rows<{ id: string }>(HOLDER, values);
    return row?.id ?? null;
  }
}
