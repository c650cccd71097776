import { AnswerIntake } from '../../application/payment/answer-intake';
import type { PaymentOutcome } from '../../application/payment/payment-outcome';
import { Batches } from '../../application/shared/batches';
import type { Cipher } from '../../application/shared/cipher';
import type { Attempt } from '../../domain/payment/attempt';
import type { Payment } from '../../domain/payment/payment';
import { sealAnswer } from './idempotency-answer';
import { CHANGE, changeOf, changesOf, LOCKED } from './payment-change';
import { isFaultOfOne, isTaken, type PostgresUnitOfWork } from './postgres-unit-of-work';

/**
 * One statement, so one commit and one round trip for all answers that come at once. The payments are locked first, as
 * every writer does, in one order and only in the version that the answer was given for. An attempt is changed under
 * that lock alone, and an UPDATE judges a row as it is once the lock is there: so the attempt is still the one that was
 * sent, or nothing else happens for it. What settling and observing never change is not written.
 */
const STORE = `
WITH locked AS MATERIALIZED (
  SELECT given.* FROM (
    SELECT * FROM ROWS FROM (json_to_recordset($1::json) AS (attempt text, state text, stripe_request text,
      attempt_charge text, code text, decline_code text, message text, risk_score integer, risk_level text,
      settled_at timestamptz, answer text, ${CHANGE})) WITH ORDINALITY
    ORDER BY id
  ) given, ${LOCKED}
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
), ${changesOf('stored')}, record AS (
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
    const settled = attempt.snapshot();
    return {
      ...changeOf(payment, this.cipher),
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
      answer: sealAnswer(this.cipher, attempt.id, outcome),
    };
  }
}
