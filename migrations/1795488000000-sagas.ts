import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sagas (ADR 29). Refunds from before have none: their own state and the sweeper see them through, as before. */
export class Sagas1795488000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}

const UP = `
CREATE TABLE sagas (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  payment_id text REFERENCES payments,
  customer_id text REFERENCES customers,
  started_by text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'waiting', 'compensating', 'completed', 'compensated', 'failed')),
  steps jsonb NOT NULL,
  reason text,
  attention text,
  next_look_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  version integer NOT NULL,
  CONSTRAINT sagas_one_of_a_kind UNIQUE (subject, kind),
  CONSTRAINT sagas_about_one CHECK (num_nonnulls(payment_id, customer_id) = 1),
  CONSTRAINT sagas_looked_at_until_they_end
    CHECK ((state IN ('running', 'waiting', 'compensating')) = (next_look_at IS NOT NULL)),
  CONSTRAINT sagas_failed_for_a_person CHECK (state <> 'failed' OR attention IS NOT NULL)
);
COMMENT ON COLUMN sagas.subject IS 'what it is about, such as a refund';
COMMENT ON COLUMN sagas.steps IS 'each with its state, times, tries and what it waits for, in order';
COMMENT ON COLUMN sagas.reason IS 'why it goes, or went, backwards';
COMMENT ON COLUMN sagas.next_look_at IS 'when it is given a job, should nothing wake it before';

CREATE INDEX sagas_due ON sagas (next_look_at) WHERE next_look_at IS NOT NULL;
CREATE INDEX sagas_newest ON sagas (created_at DESC, id DESC);
CREATE INDEX sagas_for_a_person ON sagas (created_at DESC, id DESC) WHERE attention IS NOT NULL;

-- Each kind of notice once for a refund.
CREATE UNIQUE INDEX domain_events_told_once ON domain_events ((data->>'refund'), (data->>'kind'))
  WHERE type = 'refund.customer_to_be_told';
`;

const DOWN = `
DROP INDEX domain_events_told_once;
DELETE FROM domain_events WHERE type LIKE 'saga.%' OR type = 'refund.customer_to_be_told';
DELETE FROM jobs WHERE queue = 'run-saga';
DELETE FROM dead_jobs WHERE queue = 'run-saga';
DROP TABLE sagas;
`;
