import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How an event came, and how far Stripe's list of events has been read. */
export class MissedEvents1795484500000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
ALTER TABLE webhook_events
  ADD COLUMN came text NOT NULL DEFAULT 'delivered' CHECK (came IN ('delivered', 'fetched'));

CREATE TABLE event_readings (
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  read_until timestamptz NOT NULL,
  looked_at timestamptz NOT NULL,
  leased_until timestamptz NOT NULL DEFAULT '-infinity',
  newest timestamptz,
  next_after text,
  PRIMARY KEY (stripe_account, livemode)
);
COMMENT ON COLUMN event_readings.read_until IS 'Of the newest event of the last whole reading';
COMMENT ON COLUMN event_readings.looked_at IS 'When the last whole reading ended';
COMMENT ON COLUMN event_readings.newest IS 'Of the reading under way: it will be read_until';
COMMENT ON COLUMN event_readings.next_after IS 'Of the reading under way: the event after which its next page begins';

INSERT INTO event_readings (stripe_account, livemode, read_until, looked_at)
SELECT stripe_account, livemode, max(created_at), max(received_at) FROM webhook_events GROUP BY 1, 2;
`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
DROP TABLE event_readings;
ALTER TABLE webhook_events DROP COLUMN came;
`);
  }
}
