import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The audit trail: a chain that only grows. Its own right keeps the application from changing what is there, and triggers
 * keep everyone from it whom rights do not bind.
 */
export class AuditTrail1795467600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}

const UP = `
CREATE TABLE audit_entries (
  sequence bigint PRIMARY KEY,
  occurred_at timestamptz NOT NULL,
  phase text NOT NULL CHECK (phase IN ('asked', 'outcome', 'denied', 'alarm')),
  asked bigint,
  principal text NOT NULL,
  role text NOT NULL,
  channel text NOT NULL CHECK (channel IN ('http', 'cli')),
  action text NOT NULL,
  target text,
  request_id text NOT NULL,
  status integer,
  code text,
  detail text,
  previous_hash text NOT NULL,
  hash text NOT NULL,
  CONSTRAINT audit_entries_outcome_of_what_was_asked CHECK ((phase = 'outcome') = (asked IS NOT NULL)),
  CONSTRAINT audit_entries_outcome_with_status CHECK ((phase IN ('outcome', 'denied')) = (status IS NOT NULL))
);
COMMENT ON TABLE audit_entries IS 'all that staff did: each entry is hashed with the one before it, under a key';
COMMENT ON COLUMN audit_entries.asked IS 'of an outcome: the sequence of what was asked';
COMMENT ON COLUMN audit_entries.detail IS 'sealed by the key audit_detail of sealed_keys, so that it never changes';
CREATE INDEX audit_entries_by_principal ON audit_entries (principal, sequence DESC);
CREATE INDEX audit_entries_by_action ON audit_entries (action, sequence DESC);
CREATE INDEX audit_entries_by_time ON audit_entries (occurred_at, sequence);

CREATE TABLE audit_head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  sequence bigint NOT NULL,
  hash text NOT NULL,
  mac text NOT NULL
);
COMMENT ON TABLE audit_head IS 'how far the audit trail goes; locked by whoever appends';

REVOKE UPDATE, DELETE, TRUNCATE ON audit_entries FROM CURRENT_USER;
REVOKE DELETE, TRUNCATE ON audit_head FROM CURRENT_USER;

CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what stands in % is neither changed nor removed', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
  FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_stay;
ALTER TABLE audit_head ENABLE ALWAYS TRIGGER audit_head_stays;
`;

const DOWN = `
DROP TABLE audit_head;
DROP TABLE audit_entries;
DROP FUNCTION audit_stays;
DELETE FROM sealed_keys WHERE name IN ('audit', 'audit_detail');
`;
