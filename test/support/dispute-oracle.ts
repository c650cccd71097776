import { fromStripeAmount } from '../../src/infrastructure/stripe/stripe-amount';
import { query } from './query';
import type { SimulatorState } from './simulator-control';

/** B. Our disputes and Stripe's agree in number, status, amount and currency. E. No submission stays in doubt unlisted. */
export async function disputesAgreeWithStripe(databaseUrl: string, state: SimulatorState): Promise<string[]> {
  const rows = await query(
    databaseUrl,
    `SELECT id, status, amount, currency, submission_count AS submitted, charge_refundable AS refundable,
       jsonb_array_length(movements) AS movements FROM disputes`,
  );
  const open = await query(
    databaseUrl,
    `SELECT id, state FROM dispute_submissions WHERE settled_at IS NULL AND handed_over_at IS NULL`,
  );
  const here = rows.map((row) =>
    JSON.stringify([
      row.id,
      row.status,
      String(row.amount),
      row.currency,
      row.submitted,
      row.refundable,
      row.movements,
    ]),
  );
  const there = state.disputes.map((dispute) => {
    const { id, status, amount, currency, evidence_details: details, is_charge_refundable: refundable } = dispute;
    const ours = String(fromStripeAmount(amount, currency));
    const movements = dispute.balance_transactions.length;
    return JSON.stringify([id, status, ours, currency, details.submission_count, refundable, movements]);
  });
  return [
    ...here.filter((fact) => !there.includes(fact)).map((fact) => `B: the dispute ${fact} here, but not at Stripe`),
    ...there.filter((fact) => !here.includes(fact)).map((fact) => `B: the dispute ${fact} at Stripe, but not here`),
    ...open.map((submission) => `E: the submission ${JSON.stringify(submission)} is in doubt`),
  ];
}
