import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What happened to money and waits to be posted, beginning with all that was captured before there was a ledger. */
export class LedgerFacts1795464000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ledger_facts');
  }
}

const UP = `
CREATE TABLE ledger_facts (
  kind text NOT NULL CHECK (kind IN ('charge_succeeded', 'refund_succeeded', 'refund_reversed', 'dispute_lost')),
  subject text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  payment_id text,
  amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
  currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  occurred_at timestamptz NOT NULL,
  cause text NOT NULL,
  noted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (kind, subject)
);
COMMENT ON TABLE ledger_facts IS 'noted with the change that each tells of; deleted in the commit that posts it';

INSERT INTO ledger_facts (kind, subject, stripe_account, livemode, payment_id, amount, currency, occurred_at, cause)
SELECT 'charge_succeeded', p.id, p.stripe_account, p.livemode, p.id, p.captured, p.currency,
  coalesce(e.occurred_at, p.updated_at), coalesce(e.cause, 'backfill')
FROM payments p
LEFT JOIN LATERAL (
  SELECT occurred_at, cause FROM domain_events
  WHERE payment_id = p.id AND type = 'payment.succeeded' ORDER BY id LIMIT 1
) e ON true
WHERE p.status = 'succeeded' AND p.captured > 0;
`;
