import { LedgerFacts, type LedgerFact } from '../../application/shared/ledger-facts';
import type { StripeBinding } from '../../application/shared/stripe-binding';
import type { PostgresUnitOfWork } from './postgres-unit-of-work';

const NOTE = `
INSERT INTO ledger_facts (kind, subject, stripe_account, livemode, payment_id, amount, currency, occurred_at, cause)
SELECT kind, subject, $2, $3, payment_id, amount, currency, occurred_at, cause
FROM jsonb_to_recordset($1::jsonb) AS fact (kind text, subject text, payment_id text, amount bigint, currency text,
  occurred_at timestamptz, cause text)
ON CONFLICT (kind, subject) DO NOTHING`;

export class PostgresLedgerFacts extends LedgerFacts {
  constructor(
    private readonly unitOfWork: PostgresUnitOfWork,
    private readonly binding: StripeBinding,
  ) {
    super();
  }

  override async note(facts: readonly LedgerFact[]): Promise<void> {
    if (facts.length === 0) return;
    const { account, livemode } = this.binding.current();
    await this.unitOfWork.rows(NOTE, [JSON.stringify(facts.map(toRow)), account, livemode]);
  }
}

function toRow({ kind, subject, paymentId, amount, at, cause }: LedgerFact): object {
  const { amount: minorUnits, currency } = amount;
  return { kind, subject, payment_id: paymentId, amount: minorUnits, currency, occurred_at: at, cause };
}
