import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Jobs in tables of our own (ADR 4). Events that were stored and had no effect yet get a job here. The schema of the queue
 * before stays, since an instance of the version before may still work with it; nothing reads it any more.
 */
export class Jobs1795476000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
CREATE TABLE jobs (
  queue text NOT NULL,
  key text NOT NULL,
  arrivals integer NOT NULL DEFAULT 1,
  tries integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL DEFAULT now(),
  failure text,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (queue, key)
);
CREATE INDEX jobs_due ON jobs (queue, due_at);

CREATE TABLE dead_jobs (
  queue text NOT NULL,
  key text NOT NULL,
  tries integer NOT NULL,
  failure text NOT NULL,
  created_at timestamptz NOT NULL,
  died_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (queue, key)
);

CREATE INDEX webhook_events_waiting_by_subject
  ON webhook_events ((coalesce(stripe_payment_intent, nullif(object_id, ''), id))) WHERE status = 'received';

INSERT INTO jobs (queue, key)
SELECT DISTINCT 'process-webhook', coalesce(stripe_payment_intent, nullif(object_id, ''), id)
FROM webhook_events WHERE status = 'received';
`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
DROP INDEX webhook_events_waiting_by_subject;
DROP TABLE dead_jobs;
DROP TABLE jobs;
`);
  }
}
