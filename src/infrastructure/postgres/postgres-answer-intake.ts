import { AnswerIntake } from '../../application/payment/answer-intake';
import { chargeFactOf } from '../../application/payment/charge-fact';
import type { PaymentOutcome } from '../../application/payment/payment-outcome';
import type { Cipher } from '../../application/shared/cipher';
import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import { sealAnswer } from './idempotency-answer';
import { seal } from './payment-row';
import { sqlStateOf, type PostgresUnitOfWork } from './postgres-unit-of-work';

/**
 * One statement, so one commit and one round trip. The payment is locked first, as every writer does, and only in the
 * version that the answer was given for. An attempt is changed under that lock alone, and an UPDATE judges a row as it
 * is once the lock is there: so the attempt is still the one that was sent, or nothing else happens. What settling and
 * observing never change is not written.
 */
const STORE = `
WITH locked AS MATERIALIZED (
  SELECT id FROM payments WHERE id = $1 AND version = $2 FOR UPDATE
), attempt AS (
  UPDATE attempts a SET state = $4, doubt = NULL, stripe_request = $5, stripe_charge = $6, code = $7, decline_code = $8,
    message = $9, risk_score = $10, risk_level = $11, settled_at = $12, next_check_at = NULL, handed_over_at = NULL,
    handed_over_reason = NULL
  FROM locked
  WHERE a.id = $3 AND a.payment_id = locked.id AND a.state = 'sent'
    AND NOT EXISTS (SELECT FROM attempts other WHERE other.stripe_charge = $6 AND other.id <> $3)
  RETURNING a.id, a.payment_id
), payment AS (
  UPDATE payments p SET status = $13, capturable = $14, captured = $15, payment_method = $16,
    stripe_payment_intent = $17, stripe_charge = $18, client_secret = $19, next_action = $20, redirect_url = $21,
    failure = $22, cancellation_reason = $23, attention = $24, refresh_due_at = $25, updated_at = $26,
    version = p.version + 1
  FROM attempt WHERE p.id = attempt.payment_id
  RETURNING p.id, p.stripe_account, p.livemode, p.currency
), fact AS (
  INSERT INTO ledger_facts (kind, subject, stripe_account, livemode, payment_id, amount, currency, occurred_at, cause)
  SELECT $29, payment.id, payment.stripe_account, payment.livemode, payment.id, $30, payment.currency, $31, $32
  FROM payment WHERE $29::text IS NOT NULL
  ON CONFLICT (kind, subject) DO NOTHING
), event AS (
  INSERT INTO domain_events (type, payment_id, cause, data, occurred_at)
  SELECT each->>'type', attempt.payment_id, each->>'cause', each->'data', (each->>'at')::timestamptz
  FROM attempt, jsonb_array_elements($27::jsonb) each
), record AS (
  UPDATE idempotency_records r SET state = 'done', leased_until = NULL, answer = $28
  FROM attempt WHERE r.attempt_id = attempt.id AND r.state = 'running'
)
SELECT count(*)::int AS stored FROM attempt`;

export class PostgresAnswerIntake extends AnswerIntake {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override async store(payment: Payment, attempt: Attempt, outcome: PaymentOutcome): Promise<boolean> {
    // A statement that fails would spoil a transaction around it, and nobody could go on the long way.
    if (this.unitOfWork.isOpen) throw new Error('an answer is taken in outside of a transaction');
    const values = this.values(payment, attempt, outcome);
    try {
      const [row] = await this.unitOfWork.rows<{ stored: number }>(STORE, values);
      return row?.stored === 1;
    } catch (error) {
      if (isTaken(error)) return false;
      throw error;
    }
  }

  private values(payment: Payment, attempt: Attempt, outcome: PaymentOutcome): unknown[] {
    const row = payment.snapshot();
    const settled = attempt.snapshot();
    const fact = chargeFactOf(payment);
    const clientSecret = seal(this.cipher, 'client_secret', row.id, row.clientSecret);
    const redirectUrl = seal(this.cipher, 'redirect_url', row.id, row.redirectUrl);
    return [
      ...[row.id, row.version, settled.id],
      ...[settled.state, settled.stripeRequest, settled.charge, settled.code, settled.declineCode, settled.message],
      ...[settled.riskScore, settled.riskLevel, settled.settledAt],
      ...[row.status, row.capturable, row.captured, row.paymentMethod, row.intent, row.charge, clientSecret],
      ...[row.nextAction, redirectUrl, row.failure, row.cancellationReason, row.attention, row.refreshDueAt],
      ...[row.updatedAt, JSON.stringify(payment.events), sealAnswer(this.cipher, attempt.id, outcome)],
      ...[fact?.kind, fact?.amount.amount, fact?.at, fact?.cause].map((value) => value ?? null),
    ];
  }
}

/** Another row came by the charge, or by the intent, between this statement's look and its write. */
function isTaken(error: unknown): boolean {
  return sqlStateOf(error) === '23505';
}
