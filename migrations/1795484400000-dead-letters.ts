import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who holds a job, when another turn is wanted, and what failed so far; dead letters that a person can name, and discard. An
 * event may be about the service itself, and then about no payment and no customer.
 */
export class DeadLetters1795484400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
CREATE SEQUENCE job_numbers;

ALTER TABLE jobs
  ADD COLUMN id bigint NOT NULL DEFAULT nextval('job_numbers'),
  ADD COLUMN hold bigint,
  ADD COLUMN again_at timestamptz,
  ADD COLUMN put_off integer NOT NULL DEFAULT 0,
  ADD COLUMN failures jsonb NOT NULL DEFAULT '[]';
CREATE UNIQUE INDEX jobs_by_id ON jobs (id);
COMMENT ON COLUMN jobs.hold IS 'Of the worker that has it in work';
COMMENT ON COLUMN jobs.again_at IS 'When it was enqueued to run while it was in work: its next turn';
COMMENT ON COLUMN jobs.put_off IS 'How often in a row it waited because Stripe did not answer; none of these is a try';

ALTER TABLE dead_jobs
  ADD COLUMN id bigint NOT NULL DEFAULT nextval('job_numbers'),
  ADD COLUMN failures jsonb NOT NULL DEFAULT '[]',
  ADD COLUMN discarded_at timestamptz,
  ADD COLUMN discarded_by text,
  ADD COLUMN reason text,
  DROP CONSTRAINT dead_jobs_pkey,
  ADD PRIMARY KEY (id),
  ADD CHECK (num_nonnulls(discarded_at, discarded_by, reason) IN (0, 3));
CREATE UNIQUE INDEX dead_jobs_by_key ON dead_jobs (queue, key) WHERE discarded_at IS NULL;
CREATE INDEX dead_jobs_discarded ON dead_jobs (discarded_at) WHERE discarded_at IS NOT NULL;
COMMENT ON COLUMN dead_jobs.reason IS 'Why it was discarded; sealed';

CREATE TABLE alarms (
  name text PRIMARY KEY,
  raised_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE alarms IS 'Which are on, so that of several instances one tells';

ALTER TABLE domain_events
  DROP CONSTRAINT domain_events_about_one,
  ADD CONSTRAINT domain_events_about_one CHECK (num_nonnulls(payment_id, customer_id) <= 1);
`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
DROP TABLE alarms;
DELETE FROM domain_events WHERE payment_id IS NULL AND customer_id IS NULL;
ALTER TABLE domain_events
  DROP CONSTRAINT domain_events_about_one,
  ADD CONSTRAINT domain_events_about_one CHECK (num_nonnulls(payment_id, customer_id) = 1);

DELETE FROM dead_jobs WHERE discarded_at IS NOT NULL;
DROP INDEX dead_jobs_discarded;
DROP INDEX dead_jobs_by_key;
ALTER TABLE dead_jobs
  DROP COLUMN id,
  DROP COLUMN failures,
  DROP COLUMN discarded_at,
  DROP COLUMN discarded_by,
  DROP COLUMN reason,
  ADD PRIMARY KEY (queue, key);

DROP INDEX jobs_by_id;
ALTER TABLE jobs
  DROP COLUMN id,
  DROP COLUMN hold,
  DROP COLUMN again_at,
  DROP COLUMN put_off,
  DROP COLUMN failures;
DROP SEQUENCE job_numbers;
`);
  }
}
