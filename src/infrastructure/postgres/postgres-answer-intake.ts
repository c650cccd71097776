import { AnswerIntake } from '../../application/payment/answer-intake';
import { chargeFactOf } from '../../application/payment/charge-fact';
import type { PaymentOutcome } from '../../application/payment/payment-outcome';
import { Batches } from '../../application/shared/batches';
import type { Cipher } from '../../application/shared/cipher';
import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import { sealAnswer } from './idempotency-answer';
import { seal } from './payment-row';
import { isFaultOfOne, sqlStateOf, type PostgresUnitOfWork } from './postgres-unit-of-work';

/**
 * One statement, so one commit and one round trip for all answers that come at once. The payments are locked first, as
 * every writer does, in one order and only in the version that the answer was given for. An attempt is changed under
 * that lock alone, and an UPDATE judges a row as it is once the lock is there: so the attempt is still the one that was
 * sent, or nothing else happens for it. What settling and observing never change is not written.
 *
 * The plan is kept from when the tables may have been empty: the arrays see to it that rows are found by their ids.
 */
const STORE = `
WITH locked AS MATERIALIZED (
  SELECT given.* FROM (
    SELECT * FROM ROWS FROM (json_to_recordset($1::json) AS (id text, version integer, attempt text, state text,
      stripe_request text, attempt_charge text, code text, decline_code text, message text, risk_score integer,
      risk_level text, settled_at timestamptz, status text, capturable bigint, captured bigint, payment_method text,
      intent text, charge text, client_secret text, next_action jsonb, redirect_url text, failure jsonb,
      cancellation_reason text, attention text, refresh_due_at timestamptz, updated_at timestamptz, events jsonb,
      answer text, fact_kind text, fact_amount bigint, fact_at timestamptz, fact_cause text)) WITH ORDINALITY
    ORDER BY id
  ) given, LATERAL (SELECT id FROM payments WHERE id = given.id AND version = given.version FOR UPDATE) payment
), stored AS (
  UPDATE attempts a SET state = g.state, doubt = NULL, stripe_request = g.stripe_request,
    stripe_charge = g.attempt_charge, code = g.code, decline_code = g.decline_code, message = g.message,
    risk_score = g.risk_score, risk_level = g.risk_level, settled_at = g.settled_at, next_check_at = NULL,
    handed_over_at = NULL, handed_over_reason = NULL
  FROM locked g
  WHERE a.payment_id = ANY (ARRAY(SELECT id FROM locked)) AND a.payment_id = g.id AND a.id = g.attempt
    AND a.state = 'sent'
    AND (SELECT other.id FROM attempts other WHERE other.stripe_charge = g.attempt_charge AND other.id <> g.attempt) IS NULL
  RETURNING g.*
), payment AS (
  UPDATE payments p SET status = g.status, capturable = g.capturable, captured = g.captured,
    payment_method = g.payment_method, stripe_payment_intent = g.intent, stripe_charge = g.charge,
    client_secret = g.client_secret, next_action = g.next_action, redirect_url = g.redirect_url, failure = g.failure,
    cancellation_reason = g.cancellation_reason, attention = g.attention, refresh_due_at = g.refresh_due_at,
    updated_at = g.updated_at, version = p.version + 1
  FROM stored g WHERE p.id = ANY (ARRAY(SELECT id FROM stored)) AND p.id = g.id
  RETURNING p.id, p.stripe_account, p.livemode, p.currency, g.fact_kind, g.fact_amount, g.fact_at, g.fact_cause
), fact AS (
  INSERT INTO ledger_facts (kind, subject, stripe_account, livemode, payment_id, amount, currency, occurred_at, cause)
  SELECT fact_kind, id, stripe_account, livemode, id, fact_amount, currency, fact_at, fact_cause
  FROM payment WHERE fact_kind IS NOT NULL
  ON CONFLICT (kind, subject) DO NOTHING
), event AS (
  INSERT INTO domain_events (type, payment_id, cause, data, occurred_at)
  SELECT each->>'type', stored.id, each->>'cause', each->'data', (each->>'at')::timestamptz
  FROM stored, jsonb_array_elements(events) WITH ORDINALITY of (each, place)
  ORDER BY stored.id, place
), record AS (
  UPDATE idempotency_records r SET state = 'done', leased_until = NULL, answer = g.answer
  FROM stored g
  WHERE r.attempt_id = ANY (ARRAY(SELECT attempt FROM stored)) AND r.attempt_id = g.attempt AND r.state = 'running'
)
SELECT ordinality::integer AS place FROM stored`;

const MOST_AT_ONCE = 64;
/** Two, so that one that waits for a row does not hold up all that come after it. */
const STATEMENTS_AT_ONCE = 2;

export class PostgresAnswerIntake extends AnswerIntake {
  private readonly answers = new Batches<object, boolean>({
    most: MOST_AT_ONCE,
    atOnce: STATEMENTS_AT_ONCE,
    work: (answers) => this.storeAll(answers),
    isFaultOfOne,
  });

  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override async store(payment: Payment, attempt: Attempt, outcome: PaymentOutcome): Promise<boolean> {
    // A statement that fails would spoil a transaction around it, and nobody could go on the long way.
    if (this.unitOfWork.isOpen) throw new Error('an answer is taken in outside of a transaction');
    try {
      return await this.answers.add(this.given(payment, attempt, outcome));
    } catch (error) {
      if (isTaken(error)) return false;
      throw error;
    }
  }

  private async storeAll(answers: readonly object[]): Promise<boolean[]> {
    const stored = await this.unitOfWork.rows<{ place: number }>(STORE, [JSON.stringify(answers)]);
    const places = new Set(stored.map(({ place }) => place));
    return answers.map((_answer, index) => places.has(index + 1));
  }

  /** By the names in the statement. */
  private given(payment: Payment, attempt: Attempt, outcome: PaymentOutcome): object {
    const row = payment.snapshot();
    const settled = attempt.snapshot();
    const fact = chargeFactOf(payment);
    return {
      id: row.id,
      version: row.version,
      attempt: settled.id,
      state: settled.state,
      stripe_request: settled.stripeRequest,
      attempt_charge: settled.charge,
      code: settled.code,
      decline_code: settled.declineCode,
      message: settled.message,
      risk_score: settled.riskScore,
      risk_level: settled.riskLevel,
      settled_at: settled.settledAt,
      status: row.status,
      capturable: row.capturable,
      captured: row.captured,
      payment_method: row.paymentMethod,
      intent: row.intent,
      charge: row.charge,
      client_secret: seal(this.cipher, 'client_secret', row.id, row.clientSecret),
      next_action: row.nextAction,
      redirect_url: seal(this.cipher, 'redirect_url', row.id, row.redirectUrl),
      failure: row.failure,
      cancellation_reason: row.cancellationReason,
      attention: row.attention,
      refresh_due_at: row.refreshDueAt,
      updated_at: row.updatedAt,
      events: payment.events,
      answer: sealAnswer(this.cipher, attempt.id, outcome),
      fact_kind: fact?.kind,
      fact_at: fact?.at,
      fact_amount: fact?.amount.amount,
      fact_cause: fact?.cause,
    };
  }
}

/** Another row came by the charge, or by the intent, between this statement's look and its write. */
function isTaken(error: unknown): boolean {
  return sqlStateOf(error) === '23505';
}
