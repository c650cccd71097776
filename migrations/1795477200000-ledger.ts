import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The ledger, the sums that its balances are read from, and the mirror of Stripe's balance. */
export class Ledger1795477200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const part of [FACTS, MIRROR, LEDGER, BALANCED, SUMS, APPEND_ONLY]) await runner.query(part);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}

const FACTS = `
ALTER TABLE ledger_facts
  DROP CONSTRAINT ledger_facts_kind_check,
  ADD CONSTRAINT ledger_facts_kind_check CHECK (kind IN ('charge_succeeded', 'refund_succeeded', 'refund_reversed',
    'dispute_lost', 'dispute_loss_returned', 'payout_arrived', 'payout_returned', 'payout_collected'));
`;

const MIRROR = `
CREATE TABLE balance_transactions (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  type text NOT NULL,
  category text NOT NULL,
  currency text NOT NULL,
  amount numeric NOT NULL,
  fee numeric NOT NULL,
  net numeric NOT NULL,
  exchange_rate numeric,
  original_amount numeric,
  original_currency text,
  source text,
  source_kind text CHECK (source_kind IN ('charge', 'refund', 'dispute', 'payout', 'other')),
  stripe_charge text,
  stripe_payment_intent text,
  named_payment text,
  payment_id text,
  created_at timestamptz NOT NULL,
  available_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  posted_at timestamptz,
  cannot_post text,
  CHECK ((original_amount IS NULL) = (original_currency IS NULL)),
  CHECK ((source IS NULL) = (source_kind IS NULL)),
  CHECK (net = amount - fee)
);
COMMENT ON TABLE balance_transactions IS 'Stripe''s, as they were seen, in units of the ledger';
COMMENT ON COLUMN balance_transactions.payment_id IS 'the payment of ours, once it is posted';
COMMENT ON COLUMN balance_transactions.cannot_post IS 'why it stands outside of the ledger';
CREATE INDEX balance_transactions_newest ON balance_transactions (created_at DESC, id DESC);
CREATE INDEX balance_transactions_to_post ON balance_transactions (created_at, id)
  WHERE posted_at IS NULL AND cannot_post IS NULL;
CREATE INDEX balance_transactions_not_to_post ON balance_transactions (created_at) WHERE cannot_post IS NOT NULL;
CREATE INDEX balance_transactions_by_charge ON balance_transactions (stripe_charge)
  WHERE stripe_charge IS NOT NULL AND payment_id IS NOT NULL;

CREATE TABLE payouts (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  status text NOT NULL,
  created_at timestamptz NOT NULL,
  arrival_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX payouts_open ON payouts (arrival_at) WHERE status IN ('pending', 'in_transit');

CREATE TABLE balance_history (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  oldest text,
  complete boolean NOT NULL
);
COMMENT ON TABLE balance_history IS 'how far back Stripe''s balance transactions were read';
`;

const LEDGER = `
CREATE TABLE ledger_transactions (
  id text PRIMARY KEY,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  kind text NOT NULL,
  source text NOT NULL,
  subject text NOT NULL,
  payment_id text,
  effective_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  cause text NOT NULL,
  note text,
  reverses text,
  lines smallint NOT NULL CHECK (lines >= 2),
  CONSTRAINT ledger_transactions_once_per_source UNIQUE (source, kind)
);
COMMENT ON COLUMN ledger_transactions.lines IS 'how many postings it has: none can be added later';
CREATE INDEX ledger_transactions_newest ON ledger_transactions (effective_at DESC, id DESC);
CREATE INDEX ledger_transactions_by_payment ON ledger_transactions (payment_id, effective_at DESC, id DESC)
  WHERE payment_id IS NOT NULL;
CREATE INDEX ledger_transactions_by_subject ON ledger_transactions (subject, kind);

CREATE TABLE ledger_postings (
  transaction_id text NOT NULL,
  line smallint NOT NULL CHECK (line >= 1),
  account text NOT NULL CHECK (account IN ('customer_control', 'unsettled', 'stripe_balance', 'stripe_fees',
    'dispute_fees', 'disputes_held', 'chargeback_loss', 'payouts_in_transit', 'bank', 'currency_position', 'fx_result',
    'suspense')),
  currency text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
  amount bigint NOT NULL CHECK (amount <> 0 AND amount BETWEEN -9007199254740991 AND 9007199254740991),
  about text,
  effective_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (transaction_id, line)
);
COMMENT ON TABLE ledger_postings IS 'debits are positive, credits negative';
COMMENT ON COLUMN ledger_postings.about IS 'whose it is within the account; once that is settled, its postings sum to zero';
CREATE INDEX ledger_postings_by_time ON ledger_postings (effective_at) INCLUDE (account, currency, amount);
CREATE INDEX ledger_postings_by_account ON ledger_postings (account, effective_at DESC, transaction_id DESC);
CREATE INDEX ledger_postings_open ON ledger_postings (account, about, currency) INCLUDE (amount) WHERE about IS NOT NULL;
CREATE INDEX ledger_postings_as_recorded ON ledger_postings USING brin (recorded_at);
`;

/** No foreign key: its check would need the right to lock, which is the right to update, on what nobody may update. */
const BALANCED = `
CREATE FUNCTION ledger_assert_balanced(checked text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  expected smallint;
  found_lines bigint;
  off_balance text;
BEGIN
  SELECT lines INTO expected FROM ledger_transactions WHERE id = checked;
  IF expected IS NULL THEN
    RAISE EXCEPTION 'ledger: postings of %, which is no transaction', checked USING ERRCODE = 'foreign_key_violation';
  END IF;
  SELECT count(*) INTO found_lines FROM ledger_postings WHERE transaction_id = checked;
  IF found_lines <> expected THEN
    RAISE EXCEPTION 'ledger: % has % postings and was made with %', checked, found_lines, expected
      USING ERRCODE = 'check_violation';
  END IF;
  SELECT string_agg(off, ', ') INTO off_balance FROM (
    SELECT sum(amount) || ' ' || currency AS off FROM ledger_postings WHERE transaction_id = checked
    GROUP BY currency HAVING sum(amount) <> 0
  ) each;
  IF off_balance IS NOT NULL THEN
    RAISE EXCEPTION 'ledger: % is off by %', checked, off_balance USING ERRCODE = 'check_violation';
  END IF;
END $$;

CREATE FUNCTION ledger_check_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ledger_assert_balanced(NEW.id);
  RETURN NULL;
END $$;

CREATE FUNCTION ledger_check_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM ledger_assert_balanced(NEW.transaction_id);
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_transactions_balanced AFTER INSERT ON ledger_transactions
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_transaction();
CREATE CONSTRAINT TRIGGER ledger_postings_balanced AFTER INSERT ON ledger_postings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_posting();
`;

/** A balance is the sum of the whole years before it, then months, days, hours, minutes, and the last minute's postings. */
const SUMS = `
CREATE TABLE ledger_totals (
  span text NOT NULL CHECK (span IN ('year', 'month', 'day', 'hour', 'minute')),
  begins timestamptz NOT NULL,
  account text NOT NULL,
  currency text NOT NULL,
  total numeric NOT NULL,
  PRIMARY KEY (span, begins, account, currency)
) WITH (fillfactor = 70);

CREATE FUNCTION ledger_add_to_totals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO ledger_totals AS known (span, begins, account, currency, total)
  SELECT span, date_trunc(span, effective_at, 'UTC') AS begins, account, currency, sum(amount)
  FROM posted CROSS JOIN unnest(ARRAY['year', 'month', 'day', 'hour', 'minute']) AS span
  GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ON CONFLICT (span, begins, account, currency) DO UPDATE SET total = known.total + excluded.total;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_postings_totalled AFTER INSERT ON ledger_postings REFERENCING NEW TABLE AS posted
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_add_to_totals();
`;

/** The right is taken from whoever owns the tables, and the triggers hold for those whom rights do not bind. */
const APPEND_ONLY = `
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger: % is append-only, % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER ledger_transactions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transactions
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_postings_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_postings
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
REVOKE UPDATE, DELETE, TRUNCATE ON ledger_transactions, ledger_postings FROM PUBLIC, CURRENT_USER;
`;

/** What was posted from facts waits again; what was mirrored is read again. */
const DOWN = `
INSERT INTO ledger_facts (kind, subject, stripe_account, livemode, payment_id, amount, currency, occurred_at, cause)
SELECT t.kind, t.subject, t.stripe_account, t.livemode, t.payment_id, abs(p.amount), p.currency, t.effective_at, t.cause
FROM ledger_transactions t JOIN ledger_postings p ON p.transaction_id = t.id AND p.line = 1
WHERE t.kind IN ('charge_succeeded', 'refund_succeeded', 'refund_reversed', 'dispute_lost', 'dispute_loss_returned')
ON CONFLICT (kind, subject) DO NOTHING;
DELETE FROM ledger_facts WHERE kind LIKE 'payout_%';
DROP TABLE ledger_postings, ledger_transactions, ledger_totals, balance_history, payouts, balance_transactions;
DROP FUNCTION ledger_refuse, ledger_add_to_totals, ledger_check_posting, ledger_check_transaction,
  ledger_assert_balanced;
ALTER TABLE ledger_facts
  DROP CONSTRAINT ledger_facts_kind_check,
  ADD CONSTRAINT ledger_facts_kind_check
    CHECK (kind IN ('charge_succeeded', 'refund_succeeded', 'refund_reversed', 'dispute_lost',
      'dispute_loss_returned'));
`;
