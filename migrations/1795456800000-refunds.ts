import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Refunds. The sum of those that took money, or may, never exceeds what was captured: for what begins here the database
 * refuses it. What Stripe did already is stored whatever it comes to.
 */
export class Refunds1795456800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}

const UP = `
CREATE TABLE refunds (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  payment_id text NOT NULL REFERENCES payments,
  status text NOT NULL CHECK (status IN ('requested', 'approved', 'rejected', 'withdrawn', 'superseded', 'executing',
    'unknown', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled')),
  origin text NOT NULL CHECK (origin IN ('api', 'dashboard')),
  amount bigint NOT NULL CHECK (amount BETWEEN 1 AND 9007199254740991),
  currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  reason text,
  note text,
  requested_by text,
  requested_role text,
  decision jsonb,
  expires_at timestamptz,
  decided_by text,
  decided_at timestamptz,
  decision_note text,
  stripe_refund text UNIQUE,
  pending_reason text,
  failure jsonb,
  doubt text CHECK (doubt IN ('server_error', 'lost_answer')),
  first_sent_at timestamptz,
  next_check_at timestamptz,
  checks integer NOT NULL DEFAULT 0,
  attention text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL,
  CONSTRAINT refunds_asked_by_somebody CHECK ((origin = 'api') = (requested_by IS NOT NULL)),
  CONSTRAINT refunds_asked_in_a_role CHECK ((requested_by IS NULL) = (requested_role IS NULL)),
  CONSTRAINT refunds_of_the_dashboard_are_at_stripe CHECK (origin <> 'dashboard' OR stripe_refund IS NOT NULL),
  CONSTRAINT refunds_decided_in_time CHECK (status <> 'requested' OR expires_at IS NOT NULL),
  CONSTRAINT refunds_followed_until_known
    CHECK (status NOT IN ('executing', 'unknown', 'pending', 'requires_action') OR next_check_at IS NOT NULL)
);
COMMENT ON COLUMN refunds.note IS 'sealed: what who asked wrote';
COMMENT ON COLUMN refunds.decision_note IS 'sealed: what who decided wrote';
COMMENT ON COLUMN refunds.decision IS 'what the policy said when it was asked for, with its rule and version';
COMMENT ON COLUMN refunds.expires_at IS 'until when a request is to be decided';

CREATE INDEX refunds_by_payment ON refunds (payment_id, created_at, id);
CREATE INDEX refunds_refunded ON refunds (payment_id) INCLUDE (amount)
  WHERE status IN ('pending', 'requires_action', 'succeeded');
CREATE INDEX refunds_newest ON refunds (created_at DESC, id DESC);
CREATE INDEX refunds_by_status ON refunds (status, created_at DESC, id DESC);
CREATE INDEX refunds_needing_attention ON refunds (created_at DESC, id DESC) WHERE attention IS NOT NULL;
CREATE INDEX refunds_due ON refunds (next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX refunds_at_once ON refunds (requested_by, currency, created_at) WHERE decided_by IS NULL;
CREATE INDEX refunds_to_decide ON refunds (expires_at) WHERE status = 'requested';

CREATE FUNCTION refunds_stay_within_captured() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  paid record;
  others numeric;
BEGIN
  -- Also keeps two who ask at the same moment apart: the second one sees what the first one stored.
  SELECT captured, currency INTO paid FROM payments WHERE id = NEW.payment_id FOR UPDATE;
  IF NEW.currency <> paid.currency THEN
    RAISE EXCEPTION 'refund % is in another currency than its payment', NEW.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_in_currency_of_payment', TABLE = 'refunds';
  END IF;
  IF NEW.origin = 'dashboard' THEN
    RETURN NEW;
  END IF;
  SELECT coalesce(sum(amount), 0) INTO others FROM refunds
  WHERE payment_id = NEW.payment_id AND id <> NEW.id
    AND status IN ('requested', 'approved', 'executing', 'unknown', 'pending', 'requires_action', 'succeeded');
  IF others + NEW.amount > paid.captured THEN
    RAISE EXCEPTION 'refund % exceeds what was captured of %', NEW.id, NEW.payment_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_within_captured', TABLE = 'refunds';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER refunds_begin_within_captured BEFORE INSERT ON refunds FOR EACH ROW
  WHEN (NEW.status NOT IN ('rejected', 'withdrawn', 'superseded', 'failed', 'canceled'))
  EXECUTE FUNCTION refunds_stay_within_captured();
CREATE TRIGGER refunds_grow_within_captured BEFORE UPDATE ON refunds FOR EACH ROW
  WHEN (NEW.status NOT IN ('rejected', 'withdrawn', 'superseded', 'failed', 'canceled')
    AND (OLD.status IN ('rejected', 'withdrawn', 'superseded', 'failed', 'canceled')
      OR NEW.amount > OLD.amount OR NEW.currency <> OLD.currency OR NEW.payment_id <> OLD.payment_id
      OR NEW.origin <> OLD.origin))
  EXECUTE FUNCTION refunds_stay_within_captured();
`;

const DOWN = `
DELETE FROM domain_events WHERE type LIKE 'refund.%';
DROP TABLE refunds;
DROP FUNCTION refunds_stay_within_captured;
`;
