import { SightIntake } from '../../application/payment/sight-intake';
import { Batches } from '../../application/shared/batches';
import type { Cipher } from '../../application/shared/cipher';
import type { Attempt } from '../../domain/payment/attempt';
import { WAITING_ATTEMPT_STATES } from '../../domain/payment/attempt-state';
import type { Payment } from '../../domain/payment/payment';
import { CHANGE, changeOf, changesOf, LOCKED } from './payment-change';
import { isFaultOfOne, isTaken, type PostgresUnitOfWork } from './postgres-unit-of-work';

/** One statement, so one commit and one round trip for all looks that end at once; see ADR 22. */
const STORE = `
WITH locked AS MATERIALIZED (
  SELECT given.* FROM (
    SELECT * FROM ROWS FROM (json_to_recordset($1::json) AS (attempts jsonb, ${CHANGE})) WITH ORDINALITY ORDER BY id
  ) given, ${LOCKED}
  WHERE (SELECT a.id FROM attempts a WHERE a.payment_id = given.id AND a.state = ANY ($2::text[]) LIMIT 1) IS NULL
), ${changesOf('locked')}, attempt AS (
  INSERT INTO attempts (id, payment_id, stripe_account, livemode, origin, state, stripe_charge, code, decline_code,
    message, risk_score, risk_level, created_at, first_sent_at, settled_at, checks)
  SELECT a.id, p.id, p.stripe_account, p.livemode, 'client', a.state, a.charge, a.code, a."declineCode", a.message,
    a."riskScore", a."riskLevel", a."createdAt", a."firstSentAt", a."settledAt", 0
  FROM payment p, jsonb_to_recordset(p.attempts) AS a (id text, state text, charge text, code text,
    "declineCode" text, message text, "riskScore" integer, "riskLevel" text, "createdAt" timestamptz,
    "firstSentAt" timestamptz, "settledAt" timestamptz)
)
SELECT ordinality::integer AS place FROM payment`;

const MOST_AT_ONCE = 64;
/** Two, so that one that waits for a row does not hold up all that come after it. */
const STATEMENTS_AT_ONCE = 2;

export class PostgresSightIntake extends SightIntake {
  private readonly sights = new Batches<object, boolean>({
    most: MOST_AT_ONCE,
    atOnce: STATEMENTS_AT_ONCE,
    work: (sights) => this.storeAll(sights),
    isFaultOfOne,
  });

  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly cipher: Cipher,
  ) {
    super();
  }

  override async store(payment: Payment, added: readonly Attempt[]): Promise<boolean> {
    // A statement that fails would spoil the transaction around it, and nobody could go on the long way.
    if (this.unitOfWork.isOpen) return false;
    const attempts = added.map((attempt) => attempt.snapshot());
    try {
      return await this.sights.add({ ...changeOf(payment, this.cipher), attempts });
    } catch (error) {
      if (isTaken(error)) return false;
      throw error;
    }
  }

  private async storeAll(sights: readonly object[]): Promise<boolean[]> {
    const stored = await this.unitOfWork.rows<{ place: number }>(STORE, [
      JSON.stringify(sights),
      WAITING_ATTEMPT_STATES,
    ]);
    const places = new Set(stored.map(({ place }) => place));
    return sights.map((_sight, index) => places.has(index + 1));
  }
}
