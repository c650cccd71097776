import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DisputesAndTheirEvidence1795460400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(UP);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DOWN);
  }
}

const UP = `
CREATE TABLE disputes (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  payment_id text REFERENCES payments,
  stripe_charge text NOT NULL,
  stripe_payment_intent text,
  status text NOT NULL CHECK (status IN ('warning_needs_response', 'warning_under_review', 'warning_closed',
    'needs_response', 'under_review', 'won', 'lost', 'prevented')),
  reason text NOT NULL,
  network_reason text,
  amount bigint NOT NULL CHECK (amount BETWEEN 0 AND 9007199254740991),
  currency text NOT NULL,
  due_by timestamptz,
  past_due boolean NOT NULL,
  submission_count integer NOT NULL,
  has_evidence boolean NOT NULL,
  charge_refundable boolean NOT NULL,
  movements jsonb NOT NULL,
  opened_at timestamptz NOT NULL,
  reminded integer,
  loss_noted bigint NOT NULL,
  loss_notes integer NOT NULL,
  check_due_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL,
  CONSTRAINT disputes_followed_while_open CHECK (check_due_at IS NOT NULL OR
    status IN ('warning_closed', 'won', 'lost', 'prevented'))
);
COMMENT ON COLUMN disputes.id IS 'of Stripe: du_…';
COMMENT ON COLUMN disputes.payment_id IS 'null where the charge is of no payment of ours';
COMMENT ON COLUMN disputes.movements IS 'its balance transactions, in the currency in which the account settles';
COMMENT ON COLUMN disputes.reminded IS 'the reminder that was given last, in days before the deadline';
COMMENT ON COLUMN disputes.loss_noted IS 'what the ledger was told to be lost, in the currency of the movements';
CREATE INDEX disputes_newest ON disputes (opened_at DESC, id DESC);
CREATE INDEX disputes_by_status ON disputes (status, opened_at DESC, id DESC);
CREATE INDEX disputes_by_payment ON disputes (payment_id, opened_at DESC, id DESC) WHERE payment_id IS NOT NULL;
CREATE INDEX disputes_to_answer ON disputes (due_by) WHERE status IN ('needs_response', 'warning_needs_response');
CREATE INDEX disputes_to_check ON disputes (check_due_at) WHERE check_due_at IS NOT NULL;

CREATE TABLE dispute_submissions (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  dispute_id text NOT NULL REFERENCES disputes,
  state text NOT NULL CHECK (state IN ('sending', 'unknown', 'submitted', 'not_submitted')),
  actor text NOT NULL,
  count_before integer NOT NULL,
  doubt text CHECK (doubt IN ('server_error', 'lost_answer')),
  failure jsonb,
  first_sent_at timestamptz,
  last_sent_at timestamptz,
  check_due_at timestamptz,
  checks integer NOT NULL,
  handed_over_at timestamptz,
  handed_over_reason text,
  created_at timestamptz NOT NULL,
  settled_at timestamptz,
  version integer NOT NULL,
  CONSTRAINT dispute_submissions_followed_until_settled CHECK ((check_due_at IS NOT NULL) = (settled_at IS NULL)),
  CONSTRAINT dispute_submissions_settled_at_its_end
    CHECK ((settled_at IS NOT NULL) = (state IN ('submitted', 'not_submitted')))
);
COMMENT ON COLUMN dispute_submissions.count_before IS 'how often Stripe had taken evidence when this was begun';
CREATE UNIQUE INDEX dispute_submissions_one_open ON dispute_submissions (dispute_id)
  WHERE state IN ('sending', 'unknown');
CREATE INDEX dispute_submissions_by_dispute ON dispute_submissions (dispute_id, created_at);
CREATE INDEX dispute_submissions_to_check ON dispute_submissions (check_due_at) WHERE check_due_at IS NOT NULL;
CREATE INDEX dispute_submissions_handed_over ON dispute_submissions (dispute_id) WHERE handed_over_at IS NOT NULL;

CREATE TABLE dispute_evidence (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  dispute_id text NOT NULL REFERENCES disputes,
  submission_id text REFERENCES dispute_submissions,
  field text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('text', 'file')),
  content text NOT NULL,
  file_name text,
  media_type text,
  size integer NOT NULL CHECK (size > 0),
  sha256 text,
  stripe_file text,
  created_at timestamptz NOT NULL,
  CONSTRAINT dispute_evidence_described_as_its_kind CHECK ((kind = 'file')
    = (file_name IS NOT NULL AND media_type IS NOT NULL AND sha256 IS NOT NULL)),
  CONSTRAINT dispute_evidence_only_files_are_uploaded CHECK (kind = 'file' OR stripe_file IS NULL)
);
COMMENT ON COLUMN dispute_evidence.submission_id IS 'null for a draft; what was submitted never changes';
COMMENT ON COLUMN dispute_evidence.content IS 'sealed: the text, or the bytes of the file in base 64';
COMMENT ON COLUMN dispute_evidence.file_name IS 'sealed';
COMMENT ON COLUMN dispute_evidence.size IS 'of a text characters, of a file bytes';
CREATE UNIQUE INDEX dispute_evidence_one_draft_per_field ON dispute_evidence (dispute_id, field)
  WHERE submission_id IS NULL;
CREATE INDEX dispute_evidence_by_submission ON dispute_evidence (submission_id, field) WHERE submission_id IS NOT NULL;

CREATE TABLE dispute_listing (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  complete_until timestamptz,
  due_at timestamptz NOT NULL
);
COMMENT ON TABLE dispute_listing IS 'how far the list of all disputes at Stripe was read; null before the first time';
INSERT INTO dispute_listing (due_at) VALUES (now());
`;

const DOWN = `
DROP TABLE dispute_listing;
DROP TABLE dispute_evidence;
DROP TABLE dispute_submissions;
DROP TABLE disputes;
DELETE FROM domain_events WHERE type LIKE 'dispute.%';
`;
