import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Customers, their saved payment methods and how those were set up. Sealed columns beside those that stood in clear;
 * the start of the service moves what is in the old ones (ADR 19), which stay for instances of the version before.
 */
export class CustomersAndSavedCards1795366800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}

const UP = `
CREATE TABLE sealed_keys (
  name text PRIMARY KEY,
  sealed text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE sealed_keys IS 'keys that outlive the rotation of the key ring: each is sealed by it';

CREATE TABLE customers (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  personal text NOT NULL,
  subject_index text,
  email_index text,
  default_payment_method text,
  stripe_customer text UNIQUE,
  revision integer NOT NULL CHECK (revision >= 1),
  stripe_revision integer NOT NULL CHECK (stripe_revision BETWEEN 0 AND revision),
  refusal jsonb,
  sync_due_at timestamptz,
  sync_tries integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL,
  CONSTRAINT customers_sync_until_taken_or_refused
    CHECK ((sync_due_at IS NOT NULL) = (stripe_revision < revision AND refusal IS NULL))
);
COMMENT ON COLUMN customers.personal IS 'sealed: subject, e-mail, name, phone, address, metadata';
COMMENT ON COLUMN customers.revision IS 'raised by each change that Stripe has to know of';
COMMENT ON COLUMN customers.stripe_revision IS 'the last revision that Stripe took; 0 for none';
CREATE UNIQUE INDEX customers_one_per_subject ON customers (stripe_account, livemode, subject_index);
CREATE INDEX customers_by_email ON customers (email_index, created_at DESC, id DESC) WHERE email_index IS NOT NULL;
CREATE INDEX customers_newest ON customers (created_at DESC, id DESC);
CREATE INDEX customers_to_sync ON customers (sync_due_at) WHERE sync_due_at IS NOT NULL;

CREATE TABLE setups (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  customer_id text NOT NULL REFERENCES customers,
  status text NOT NULL CHECK (status IN ('requires_payment_method', 'requires_confirmation', 'requires_action',
    'processing', 'succeeded', 'canceled', 'failed')),
  usage text NOT NULL CHECK (usage IN ('on_session', 'off_session')),
  request text NOT NULL,
  consent_version text NOT NULL,
  consent_at timestamptz NOT NULL,
  consent text NOT NULL,
  stripe_setup_intent text UNIQUE,
  client_secret text,
  next_action jsonb,
  redirect_url text,
  failure jsonb,
  payment_method text,
  check_due_at timestamptz,
  checks integer NOT NULL DEFAULT 0,
  first_sent_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL,
  CONSTRAINT setups_followed_until_known
    CHECK (stripe_setup_intent IS NOT NULL OR check_due_at IS NOT NULL OR status IN ('canceled', 'failed'))
);
COMMENT ON COLUMN setups.consent IS 'sealed: the address from which it was given';
COMMENT ON COLUMN setups.check_due_at IS 'when Stripe is asked what became of it';
CREATE INDEX setups_by_customer ON setups (customer_id, created_at DESC, id DESC);
CREATE INDEX setups_to_check ON setups (check_due_at) WHERE check_due_at IS NOT NULL;

CREATE TABLE payment_methods (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  customer_id text NOT NULL REFERENCES customers,
  setup_id text REFERENCES setups,
  type text NOT NULL,
  details text NOT NULL,
  exp_year integer,
  exp_month integer CHECK (exp_month BETWEEN 1 AND 12),
  state text NOT NULL CHECK (state IN ('saved', 'detaching', 'detached')),
  check_due_at timestamptz,
  checks integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  detached_at timestamptz,
  version integer NOT NULL,
  CHECK ((exp_year IS NULL) = (exp_month IS NULL)),
  CHECK ((state = 'detached') = (detached_at IS NOT NULL)),
  CONSTRAINT payment_methods_followed_until_detached CHECK (state <> 'detaching' OR check_due_at IS NOT NULL)
);
COMMENT ON COLUMN payment_methods.id IS 'of Stripe: pm_…';
COMMENT ON COLUMN payment_methods.details IS 'sealed: brand, last four digits, funding, country';
CREATE INDEX payment_methods_by_customer ON payment_methods (customer_id, created_at DESC, id DESC)
  WHERE state <> 'detached';
CREATE INDEX payment_methods_by_expiry ON payment_methods (exp_year, exp_month, id) WHERE state = 'saved';
CREATE INDEX payment_methods_to_check ON payment_methods (check_due_at) WHERE check_due_at IS NOT NULL;

ALTER TABLE domain_events
  ALTER COLUMN payment_id DROP NOT NULL,
  ADD COLUMN customer_id text REFERENCES customers,
  ADD CONSTRAINT domain_events_about_one CHECK (num_nonnulls(payment_id, customer_id) = 1);
CREATE INDEX domain_events_by_customer ON domain_events (customer_id, id) WHERE customer_id IS NOT NULL;

ALTER TABLE payments
  ADD COLUMN customer_id text REFERENCES customers,
  ADD COLUMN details text,
  ALTER COLUMN metadata SET DEFAULT '{}';
COMMENT ON COLUMN payments.details IS 'sealed: description and metadata; null where there is neither';
CREATE INDEX payments_in_clear ON payments (id)
  WHERE customer IS NOT NULL OR description IS NOT NULL OR metadata <> '{}';
DROP INDEX payments_by_customer;
CREATE INDEX payments_by_customer ON payments (customer_id, created_at DESC, id DESC) WHERE customer_id IS NOT NULL;

ALTER TABLE attempts
  ADD COLUMN asked text,
  DROP CONSTRAINT attempts_check,
  ADD CONSTRAINT attempts_asked_unless_by_client CHECK ((origin = 'client') = (request IS NULL AND asked IS NULL));
CREATE INDEX attempts_in_clear ON attempts (id) WHERE request IS NOT NULL;
COMMENT ON COLUMN attempts.asked IS 'sealed: what was asked of Stripe';

ALTER TABLE idempotency_records
  ADD COLUMN answer text,
  DROP CONSTRAINT idempotency_records_check,
  ADD CONSTRAINT idempotency_records_done_with_answer
    CHECK ((state = 'done') = (outcome IS NOT NULL OR answer IS NOT NULL));
CREATE INDEX idempotency_records_in_clear ON idempotency_records (principal, route, key) WHERE outcome IS NOT NULL;
COMMENT ON COLUMN idempotency_records.answer IS 'sealed: the first answer';
`;

/** What is sealed cannot be brought back to clear text here: descriptions, metadata and what was asked are lost. */
const DOWN = `
DROP INDEX payments_in_clear, attempts_in_clear, idempotency_records_in_clear;

ALTER TABLE idempotency_records
  DROP CONSTRAINT idempotency_records_done_with_answer,
  DROP COLUMN answer;
DELETE FROM idempotency_records WHERE state = 'done' AND outcome IS NULL;
ALTER TABLE idempotency_records ADD CONSTRAINT idempotency_records_check CHECK ((state = 'done') = (outcome IS NOT NULL));

ALTER TABLE attempts DROP CONSTRAINT attempts_asked_unless_by_client;
UPDATE attempts SET request = '{}' WHERE request IS NULL AND asked IS NOT NULL;
ALTER TABLE attempts
  DROP COLUMN asked,
  ADD CONSTRAINT attempts_check CHECK ((origin = 'client') = (request IS NULL));

DROP INDEX payments_by_customer;
ALTER TABLE payments
  DROP COLUMN customer_id,
  DROP COLUMN details,
  ALTER COLUMN metadata DROP DEFAULT;
CREATE INDEX payments_by_customer ON payments (customer, created_at DESC, id DESC) WHERE customer IS NOT NULL;

DELETE FROM domain_events WHERE payment_id IS NULL;
ALTER TABLE domain_events
  DROP COLUMN customer_id,
  ALTER COLUMN payment_id SET NOT NULL;

DROP TABLE payment_methods;
DROP TABLE setups;
DROP TABLE customers;
DROP TABLE sealed_keys;
`;
