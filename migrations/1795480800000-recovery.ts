import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Setups that are listed for a person, and what a person settled: why stands there for good. */
export class Recovery1795480800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
ALTER TABLE setups ADD COLUMN handed_over_at timestamptz, ADD COLUMN handed_over_reason text;
CREATE INDEX setups_handed_over ON setups (first_sent_at) WHERE handed_over_at IS NOT NULL;

CREATE TABLE recovery_notes (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  kind text NOT NULL CHECK (kind IN ('attempt', 'payment', 'refund', 'setup', 'submission')),
  subject text NOT NULL,
  payment_id text,
  verdict text NOT NULL CHECK (verdict IN ('adopted', 'no_effect', 'attention_closed')),
  stripe_object text CHECK ((stripe_object IS NOT NULL) = (verdict = 'adopted')),
  settled_by text NOT NULL,
  note text NOT NULL,
  settled_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX recovery_notes_by_subject ON recovery_notes (subject, settled_at);
CREATE INDEX recovery_notes_by_payment ON recovery_notes (payment_id) WHERE payment_id IS NOT NULL;
`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
DROP TABLE recovery_notes;
DROP INDEX setups_handed_over;
ALTER TABLE setups DROP COLUMN handed_over_at, DROP COLUMN handed_over_reason;
`);
  }
}
