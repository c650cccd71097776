import { Batches } from '../../application/shared/batches';
import { hadNoConnection } from '../../application/shared/database-away';
import type { Cipher } from '../../application/shared/cipher';
import type { IdempotencyScope } from '../../application/shared/idempotency';
import { PaymentIntake, type Intake } from '../../application/payment/payment-intake';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import { toRow as attemptRow } from './attempt-row';
import { DEFAULT_LEASE, type Lease } from './lease';
import { toRow } from './payment-row';
import { constraintOf, isFaultOfOne, type PostgresUnitOfWork } from './postgres-unit-of-work';

/**
 * One statement, so one commit and one round trip for all payments that come at once. Where a key is taken, the first
 * part yields no row and nothing else is stored. The keys are taken in one order and then the references in one, so that
 * two instances do not wait for each other in a circle. The foreign keys are checked at the end of the statement, so the
 * parts may stand in any order.
 */
const BEGIN = `
WITH given AS MATERIALIZED (
  SELECT * FROM json_to_recordset($1::json) AS each (principal text, route text, key text, fingerprint text, id text,
    attempt text, status text, amount bigint, currency text, capture_method text, reference text, purpose text,
    allow_another boolean, customer text, details text, service_date date, expires_at timestamptz,
    created_at timestamptz, actor text, asked text, request_hash text, idempotency_key text, state text, events jsonb)
), key AS (
  INSERT INTO idempotency_records (principal, route, key, fingerprint, state, leased_until, resource, attempt_id)
  SELECT principal, route, key, fingerprint, 'running', now() + make_interval(secs => $2), id, attempt
  FROM given ORDER BY principal, route, key
  ON CONFLICT (principal, route, key) DO NOTHING
  RETURNING attempt_id
), begun AS MATERIALIZED (
  SELECT given.* FROM given JOIN key ON key.attempt_id = given.attempt ORDER BY reference, purpose
), payment AS (
  INSERT INTO payments (id, stripe_account, livemode, status, amount, currency, capturable, captured, capture_method,
    reference, purpose, allow_another, customer_id, details, service_date, expires_at, created_at, updated_at,
    version)
  SELECT id, $3, $4::boolean, status, amount, currency, 0, 0, capture_method, reference, purpose, allow_another,
    customer, details, service_date, expires_at, created_at, created_at, 1
  FROM begun
), attempt AS (
  INSERT INTO attempts (id, stripe_account, livemode, payment_id, origin, actor, operation, asked, request_hash,
    idempotency_key, state, created_at, first_sent_at, next_check_at, checks)
  SELECT attempt, $3, $4::boolean, id, 'api', actor, 'create', asked, request_hash, idempotency_key, state, created_at,
    created_at, now() + make_interval(secs => $2), 0
  FROM begun
), event AS (
  INSERT INTO domain_events (type, payment_id, cause, data, occurred_at)
  SELECT each->>'type', id, each->>'cause', each->'data', created_at
  FROM begun, jsonb_array_elements(events) WITH ORDINALITY of (each, place)
  ORDER BY id, place
)
SELECT attempt FROM begun`;

const HOLDER = `
SELECT id FROM payments
WHERE stripe_account = $1 AND livemode = $2 AND reference = $3 AND purpose = $4
  AND status NOT IN ('canceled', 'failed') AND NOT allow_another`;

/** Constraints that say which of the outcomes it is. */
const ONE_LIVE = 'payments_one_live_per_reference';
const CUSTOMER_EXISTS = 'payments_customer_id_fkey';

const MOST_AT_ONCE = 64;
/** Two, so that one that waits for a row does not hold up all that come after it. */
const STATEMENTS_AT_ONCE = 2;

/** By the names in the statement. */
type Given = Readonly<Record<string, unknown>> & { readonly attempt: string };

export class PostgresPaymentIntake extends PaymentIntake {
  private readonly intakes = new Batches<Given, boolean>({
    most: MOST_AT_ONCE,
    atOnce: STATEMENTS_AT_ONCE,
    work: (intakes) => this.beginAll(intakes),
    isFaultOfOne,
    failsAll: hadNoConnection,
  });

  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
    private readonly cipher: Cipher,
    private readonly lease: Lease = DEFAULT_LEASE,
  ) {
    super();
  }

  override async begin(payment: Payment, attempt: Attempt, scope: IdempotencyScope): Promise<Intake> {
    if (this.unitOfWork.isOpen) throw new Error('a payment is taken in outside of a transaction');
    const given = this.given(payment, attempt, scope);
    for (;;) {
      try {
        if (!(await this.intakes.add(given))) return { kind: 'known' };
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

  private async beginAll(intakes: readonly Given[]): Promise<boolean[]> {
    const { account, livemode } = this.binding.current();
    const values = [JSON.stringify(intakes), this.lease.seconds, account, livemode];
    const begun = await this.unitOfWork.rows<{ attempt: string }>(BEGIN, values);
    const attempts = new Set(begun.map(({ attempt }) => attempt));
    return intakes.map(({ attempt }) => attempts.has(attempt));
  }

  private given(payment: Payment, attempt: Attempt, scope: IdempotencyScope): Given {
    const row = toRow(payment, this.cipher);
    const sent = attemptRow(attempt, this.cipher);
    return {
      principal: scope.principal,
      route: scope.route,
      key: scope.key,
      fingerprint: scope.fingerprint,
      id: row.id,
      attempt: sent.id,
      status: row.status,
      amount: row.amount,
      currency: row.currency,
      capture_method: row.captureMethod,
      reference: row.reference,
      purpose: row.purpose,
      allow_another: row.allowAnother,
      customer: row.customer,
      details: row.details,
      service_date: row.serviceDate,
      expires_at: row.expiresAt,
      created_at: row.createdAt,
      actor: sent.actor,
      asked: sent.asked,
      request_hash: sent.requestHash,
      idempotency_key: sent.idempotencyKey,
      state: sent.state,
      events: payment.events,
    };
  }

  private async holderOf(payment: Payment): Promise<string | null> {
    const { account, livemode } = this.binding.current();
    const { reference, purpose } = payment.snapshot();
    const values = [account, livemode, reference, purpose];
    const [row] = await this.unitOfWork.rows<{ id: string }>(HOLDER, values);
    return row?.id ?? null;
  }
}
