import type { DataSource } from 'typeorm';

export interface RecoveryFigures {
  /** Attempts and refunds whose outcome is being found out. */
  readonly inDoubt: number;
  /** Attempts and payments listed for a person. */
  readonly forPerson: number;
  /** Submissions of evidence listed for a person. */
  readonly evidenceForPerson: number;
  /** Setups of which it is not known whether Stripe made them. */
  readonly setupsForPerson: number;
  /** Refunds listed for a person. */
  readonly refundsForPerson: number;
  /** Sagas listed for a person. */
  readonly sagasForPerson: number;
  /** Stripe's events that could not be understood. */
  readonly setAside: number;
  /** Stripe's events that had no effect for more than five minutes. */
  readonly overdue: number;
}

const FIGURES = `
SELECT
  (SELECT count(*)::int FROM attempts WHERE state = 'unknown')
    + (SELECT count(*)::int FROM dispute_submissions WHERE state = 'unknown')
    + (SELECT count(*)::int FROM refunds WHERE status = 'unknown')
    + (SELECT count(*)::int FROM setups WHERE stripe_setup_intent IS NULL AND checks > 0 AND check_due_at IS NOT NULL) AS "inDoubt",
  (SELECT count(*)::int FROM setups WHERE handed_over_at IS NOT NULL) AS "setupsForPerson",
  (SELECT count(*)::int FROM refunds WHERE attention IS NOT NULL) AS "refundsForPerson",
  (SELECT count(*)::int FROM attempts WHERE next_check_at IS NOT NULL AND handed_over_at IS NOT NULL)
    + (SELECT count(*)::int FROM payments WHERE attention IS NOT NULL) AS "forPerson",
  (SELECT count(*)::int FROM dispute_submissions WHERE handed_over_at IS NOT NULL) AS "evidenceForPerson",
  (SELECT count(*)::int FROM sagas WHERE attention IS NOT NULL) AS "sagasForPerson",
  (SELECT count(*)::int FROM webhook_events WHERE status = 'set_aside') AS "setAside",
  (SELECT count(*)::int FROM webhook_events
   WHERE status = 'received' AND received_at < now() - interval '5 minutes') AS overdue`;

export async function recoveryFigures(dataSource: DataSource): Promise<RecoveryFigures> {
  const [figures] = await dataSource.query<RecoveryFigures[]>(FIGURES);
  return (
    figures ?? {
      inDoubt: 0,
      forPerson: 0,
      evidenceForPerson: 0,
      refundsForPerson: 0,
      setupsForPerson: 0,
      sagasForPerson: 0,
      setAside: 0,
      overdue: 0,
    }
  );
}
