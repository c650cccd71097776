import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Payments, their attempts and events, Stripe's events, idempotency records, API keys, and whose database this is. */
export class TakePayments1795219200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}

const UP = `
CREATE TABLE stripe_binding (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  bound_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE payments (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  channel text NOT NULL DEFAULT 'stripe' CHECK (channel IN ('stripe', 'manual')),
  status text NOT NULL CHECK (status IN ('requires_payment_method', 'requires_confirmation', 'requires_action',
    'processing', 'authorized', 'succeeded', 'canceled', 'failed')),
  amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
  currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  capturable bigint NOT NULL CHECK (capturable BETWEEN 0 AND amount),
  captured bigint NOT NULL CHECK (captured BETWEEN 0 AND amount),
  capture_method text NOT NULL CHECK (capture_method IN ('automatic', 'manual')),
  reference text NOT NULL,
  purpose text NOT NULL,
  allow_another boolean NOT NULL,
  customer text,
  description text,
  metadata jsonb NOT NULL,
  service_date date,
  expires_at timestamptz NOT NULL,
  payment_method text,
  stripe_payment_intent text UNIQUE,
  stripe_charge text,
  client_secret text,
  next_action jsonb,
  redirect_url text,
  failure jsonb,
  cancellation_reason text,
  attention text,
  refresh_due_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL
);
COMMENT ON COLUMN payments.client_secret IS 'sealed with AES-256-GCM, bound to this column and row';
COMMENT ON COLUMN payments.redirect_url IS 'sealed with AES-256-GCM, bound to this column and row';

CREATE UNIQUE INDEX payments_one_live_per_reference ON payments (stripe_account, livemode, reference, purpose)
  WHERE status NOT IN ('canceled', 'failed') AND NOT allow_another;
CREATE INDEX payments_newest ON payments (created_at DESC, id DESC);
CREATE INDEX payments_by_customer ON payments (customer, created_at DESC, id DESC) WHERE customer IS NOT NULL;
CREATE INDEX payments_by_reference ON payments (reference, created_at DESC, id DESC);
CREATE INDEX payments_by_status ON payments (status, created_at DESC, id DESC);
CREATE INDEX payments_needing_attention ON payments (created_at DESC, id DESC) WHERE attention IS NOT NULL;
CREATE INDEX payments_to_expire ON payments (expires_at)
  WHERE status IN ('requires_payment_method', 'requires_confirmation', 'requires_action');
CREATE INDEX payments_to_refresh ON payments (refresh_due_at) WHERE refresh_due_at IS NOT NULL;

CREATE TABLE attempts (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  payment_id text NOT NULL REFERENCES payments,
  origin text NOT NULL CHECK (origin IN ('api', 'client', 'expiry')),
  actor text,
  operation text CHECK (operation IN ('create', 'confirm', 'capture', 'cancel')),
  request jsonb,
  request_hash text,
  idempotency_key text,
  state text NOT NULL CHECK (state IN ('prepared', 'sent', 'succeeded', 'declined', 'rejected', 'requires_action',
    'processing', 'unknown', 'never_reached')),
  doubt text CHECK (doubt IN ('server_error', 'lost_answer')),
  doubted_at timestamptz,
  doubted_why text,
  stripe_request text,
  stripe_charge text UNIQUE,
  code text,
  decline_code text,
  message text,
  risk_score integer,
  risk_level text,
  created_at timestamptz NOT NULL,
  first_sent_at timestamptz,
  settled_at timestamptz,
  next_check_at timestamptz,
  checks integer NOT NULL,
  handed_over_at timestamptz,
  handed_over_reason text,
  CHECK ((origin = 'client') = (request IS NULL)),
  CHECK ((state IN ('prepared', 'sent', 'unknown')) = (next_check_at IS NOT NULL))
);

CREATE UNIQUE INDEX attempts_one_open_per_payment ON attempts (payment_id)
  WHERE state IN ('prepared', 'sent', 'unknown');
CREATE INDEX attempts_by_payment ON attempts (payment_id, created_at);
CREATE INDEX attempts_due ON attempts (next_check_at) WHERE next_check_at IS NOT NULL;

CREATE TABLE domain_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  type text NOT NULL,
  payment_id text NOT NULL REFERENCES payments,
  cause text NOT NULL,
  data jsonb NOT NULL,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX domain_events_by_payment ON domain_events (payment_id, id);

CREATE TABLE idempotency_records (
  principal text NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  fingerprint text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'done')),
  leased_until timestamptz,
  resource text NOT NULL,
  attempt_id text UNIQUE REFERENCES attempts,
  outcome jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (principal, route, key),
  CHECK ((state = 'done') = (outcome IS NOT NULL))
);
CREATE INDEX idempotency_records_by_age ON idempotency_records (created_at) WHERE state = 'done';

CREATE TABLE webhook_events (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  type text NOT NULL,
  api_version text,
  object_type text NOT NULL,
  object_id text NOT NULL,
  stripe_payment_intent text,
  payment_id text REFERENCES payments,
  payload text NOT NULL,
  status text NOT NULL CHECK (status IN ('received', 'processed', 'ignored', 'set_aside')),
  note text,
  deliveries integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  processed_at timestamptz
);
COMMENT ON COLUMN webhook_events.payload IS 'sealed with AES-256-GCM, bound to this column and row';

CREATE INDEX webhook_events_newest ON webhook_events (received_at DESC, id DESC);
CREATE INDEX webhook_events_by_payment ON webhook_events (payment_id, received_at) WHERE payment_id IS NOT NULL;
CREATE INDEX webhook_events_waiting ON webhook_events (received_at) WHERE status IN ('received', 'set_aside');

CREATE TABLE api_keys (
  id text PRIMARY KEY,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('support', 'finance', 'admin')),
  secret_hash bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);
`;

const DOWN = `
DROP TABLE api_keys, webhook_events, idempotency_records, domain_events, attempts, payments, stripe_binding;
`;
