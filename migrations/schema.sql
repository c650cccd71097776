-- Written by `npm run schema` from the migrations. Do not edit.

CREATE SEQUENCE job_numbers AS bigint INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;

CREATE OR REPLACE FUNCTION public.audit_stays()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'what stands in % is neither changed nor removed', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $function$;

CREATE OR REPLACE FUNCTION public.ledger_add_to_totals()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO ledger_totals AS known (span, begins, account, currency, total)
  SELECT span, date_trunc(span, effective_at, 'UTC') AS begins, account, currency, sum(amount)
  FROM posted CROSS JOIN unnest(ARRAY['year', 'month', 'day', 'hour', 'minute']) AS span
  GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
  ON CONFLICT (span, begins, account, currency) DO UPDATE SET total = known.total + excluded.total;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.ledger_assert_balanced(checked text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
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
END $function$;

CREATE OR REPLACE FUNCTION public.ledger_check_posting()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM ledger_assert_balanced(NEW.transaction_id);
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.ledger_check_transaction()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  PERFORM ledger_assert_balanced(NEW.id);
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.ledger_refuse()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'ledger: % is append-only, % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $function$;

CREATE OR REPLACE FUNCTION public.refunds_stay_within_captured()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE TABLE alarms (
  name text NOT NULL,
  raised_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT alarms_pkey PRIMARY KEY (name)
);

CREATE TABLE api_keys (
  id text NOT NULL,
  name text NOT NULL,
  role text NOT NULL,
  secret_hash bytea NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  revoked_at timestamp with time zone,
  scopes text[],
  expires_at timestamp with time zone,
  rotated_at timestamp with time zone,
  previous_secret_hash bytea,
  previous_until timestamp with time zone,
  last_used_at timestamp with time zone,
  CONSTRAINT api_keys_pkey PRIMARY KEY (id),
  CONSTRAINT api_keys_previous_ends CHECK (((previous_secret_hash IS NULL) = (previous_until IS NULL))),
  CONSTRAINT api_keys_role_check CHECK ((role = ANY (ARRAY['support'::text, 'finance'::text, 'admin'::text]))),
  CONSTRAINT api_keys_scopes_check CHECK ((cardinality(scopes) > 0))
);

CREATE TABLE attempts (
  id text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  payment_id text NOT NULL,
  origin text NOT NULL,
  actor text,
  operation text,
  request jsonb,
  request_hash text,
  idempotency_key text,
  state text NOT NULL,
  doubt text,
  doubted_at timestamp with time zone,
  doubted_why text,
  stripe_request text,
  stripe_charge text,
  code text,
  decline_code text,
  message text,
  risk_score integer,
  risk_level text,
  created_at timestamp with time zone NOT NULL,
  first_sent_at timestamp with time zone,
  settled_at timestamp with time zone,
  next_check_at timestamp with time zone,
  checks integer NOT NULL,
  handed_over_at timestamp with time zone,
  handed_over_reason text,
  asked text,
  CONSTRAINT attempts_pkey PRIMARY KEY (id),
  CONSTRAINT attempts_stripe_charge_key UNIQUE (stripe_charge),
  CONSTRAINT attempts_asked_unless_by_client CHECK (((origin = 'client'::text) = ((request IS NULL) AND (asked IS NULL)))),
  CONSTRAINT attempts_doubt_check CHECK ((doubt = ANY (ARRAY['server_error'::text, 'lost_answer'::text]))),
  CONSTRAINT attempts_open_are_checked CHECK (((state = 'never_reached'::text) OR ((state = ANY (ARRAY['prepared'::text, 'sent'::text, 'unknown'::text])) = (next_check_at IS NOT NULL)))),
  CONSTRAINT attempts_operation_check CHECK ((operation = ANY (ARRAY['create'::text, 'confirm'::text, 'capture'::text, 'cancel'::text]))),
  CONSTRAINT attempts_origin_check CHECK ((origin = ANY (ARRAY['api'::text, 'client'::text, 'expiry'::text]))),
  CONSTRAINT attempts_state_check CHECK ((state = ANY (ARRAY['prepared'::text, 'sent'::text, 'succeeded'::text, 'declined'::text, 'rejected'::text, 'requires_action'::text, 'processing'::text, 'unknown'::text, 'never_reached'::text])))
);

CREATE TABLE audit_entries (
  sequence bigint NOT NULL,
  occurred_at timestamp with time zone NOT NULL,
  phase text NOT NULL,
  asked bigint,
  principal text NOT NULL,
  role text NOT NULL,
  channel text NOT NULL,
  action text NOT NULL,
  target text,
  request_id text NOT NULL,
  status integer,
  code text,
  detail text,
  previous_hash text NOT NULL,
  hash text NOT NULL,
  CONSTRAINT audit_entries_pkey PRIMARY KEY (sequence),
  CONSTRAINT audit_entries_channel_check CHECK ((channel = ANY (ARRAY['http'::text, 'cli'::text]))),
  CONSTRAINT audit_entries_outcome_of_what_was_asked CHECK (((phase = 'outcome'::text) = (asked IS NOT NULL))),
  CONSTRAINT audit_entries_outcome_with_status CHECK (((phase = ANY (ARRAY['outcome'::text, 'denied'::text])) = (status IS NOT NULL))),
  CONSTRAINT audit_entries_phase_check CHECK ((phase = ANY (ARRAY['asked'::text, 'outcome'::text, 'denied'::text, 'alarm'::text])))
);

CREATE TABLE audit_head (
  one boolean DEFAULT true NOT NULL,
  sequence bigint NOT NULL,
  hash text NOT NULL,
  mac text NOT NULL,
  CONSTRAINT audit_head_pkey PRIMARY KEY (one),
  CONSTRAINT audit_head_one_check CHECK (one)
);

CREATE TABLE balance_history (
  only_row boolean DEFAULT true NOT NULL,
  oldest text,
  complete boolean NOT NULL,
  CONSTRAINT balance_history_pkey PRIMARY KEY (only_row),
  CONSTRAINT balance_history_only_row_check CHECK (only_row)
);

CREATE TABLE balance_transactions (
  id text NOT NULL,
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
  source_kind text,
  stripe_charge text,
  stripe_payment_intent text,
  named_payment text,
  payment_id text,
  created_at timestamp with time zone NOT NULL,
  available_at timestamp with time zone NOT NULL,
  seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  posted_at timestamp with time zone,
  cannot_post text,
  CONSTRAINT balance_transactions_pkey PRIMARY KEY (id),
  CONSTRAINT balance_transactions_check CHECK (((original_amount IS NULL) = (original_currency IS NULL))),
  CONSTRAINT balance_transactions_check1 CHECK (((source IS NULL) = (source_kind IS NULL))),
  CONSTRAINT balance_transactions_check2 CHECK ((net = (amount - fee))),
  CONSTRAINT balance_transactions_source_kind_check CHECK ((source_kind = ANY (ARRAY['charge'::text, 'refund'::text, 'dispute'::text, 'payout'::text, 'other'::text])))
);

CREATE TABLE customers (
  id text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  personal text NOT NULL,
  subject_index text,
  email_index text,
  default_payment_method text,
  stripe_customer text,
  revision integer NOT NULL,
  stripe_revision integer NOT NULL,
  refusal jsonb,
  sync_due_at timestamp with time zone,
  sync_tries integer DEFAULT 0 NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  version integer NOT NULL,
  CONSTRAINT customers_pkey PRIMARY KEY (id),
  CONSTRAINT customers_stripe_customer_key UNIQUE (stripe_customer),
  CONSTRAINT customers_check CHECK (((stripe_revision >= 0) AND (stripe_revision <= revision))),
  CONSTRAINT customers_revision_check CHECK ((revision >= 1)),
  CONSTRAINT customers_sync_until_taken_or_refused CHECK (((sync_due_at IS NOT NULL) = ((stripe_revision < revision) AND (refusal IS NULL))))
);

CREATE TABLE dead_jobs (
  queue text NOT NULL,
  key text NOT NULL,
  tries integer NOT NULL,
  failure text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  died_at timestamp with time zone DEFAULT now() NOT NULL,
  id bigint DEFAULT nextval('job_numbers'::regclass) NOT NULL,
  failures jsonb DEFAULT '[]'::jsonb NOT NULL,
  discarded_at timestamp with time zone,
  discarded_by text,
  reason text,
  CONSTRAINT dead_jobs_pkey PRIMARY KEY (id),
  CONSTRAINT dead_jobs_check CHECK ((num_nonnulls(discarded_at, discarded_by, reason) = ANY (ARRAY[0, 3])))
);

CREATE TABLE dispute_evidence (
  id text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  dispute_id text NOT NULL,
  submission_id text,
  field text NOT NULL,
  kind text NOT NULL,
  content text NOT NULL,
  file_name text,
  media_type text,
  size integer NOT NULL,
  sha256 text,
  stripe_file text,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT dispute_evidence_pkey PRIMARY KEY (id),
  CONSTRAINT dispute_evidence_described_as_its_kind CHECK (((kind = 'file'::text) = ((file_name IS NOT NULL) AND (media_type IS NOT NULL) AND (sha256 IS NOT NULL)))),
  CONSTRAINT dispute_evidence_kind_check CHECK ((kind = ANY (ARRAY['text'::text, 'file'::text]))),
  CONSTRAINT dispute_evidence_only_files_are_uploaded CHECK (((kind = 'file'::text) OR (stripe_file IS NULL))),
  CONSTRAINT dispute_evidence_size_check CHECK ((size > 0))
);

CREATE TABLE dispute_listing (
  only_row boolean DEFAULT true NOT NULL,
  complete_until timestamp with time zone,
  due_at timestamp with time zone NOT NULL,
  CONSTRAINT dispute_listing_pkey PRIMARY KEY (only_row),
  CONSTRAINT dispute_listing_only_row_check CHECK (only_row)
);

CREATE TABLE dispute_submissions (
  id text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  dispute_id text NOT NULL,
  state text NOT NULL,
  actor text NOT NULL,
  count_before integer NOT NULL,
  doubt text,
  failure jsonb,
  first_sent_at timestamp with time zone,
  last_sent_at timestamp with time zone,
  check_due_at timestamp with time zone,
  checks integer NOT NULL,
  handed_over_at timestamp with time zone,
  handed_over_reason text,
  created_at timestamp with time zone NOT NULL,
  settled_at timestamp with time zone,
  version integer NOT NULL,
  CONSTRAINT dispute_submissions_pkey PRIMARY KEY (id),
  CONSTRAINT dispute_submissions_doubt_check CHECK ((doubt = ANY (ARRAY['server_error'::text, 'lost_answer'::text]))),
  CONSTRAINT dispute_submissions_followed_until_settled CHECK (((check_due_at IS NOT NULL) = (settled_at IS NULL))),
  CONSTRAINT dispute_submissions_settled_at_its_end CHECK (((settled_at IS NOT NULL) = (state = ANY (ARRAY['submitted'::text, 'not_submitted'::text])))),
  CONSTRAINT dispute_submissions_state_check CHECK ((state = ANY (ARRAY['sending'::text, 'unknown'::text, 'submitted'::text, 'not_submitted'::text])))
);

CREATE TABLE disputes (
  id text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  payment_id text,
  stripe_charge text NOT NULL,
  stripe_payment_intent text,
  status text NOT NULL,
  reason text NOT NULL,
  network_reason text,
  amount bigint NOT NULL,
  currency text NOT NULL,
  due_by timestamp with time zone,
  past_due boolean NOT NULL,
  submission_count integer NOT NULL,
  has_evidence boolean NOT NULL,
  charge_refundable boolean NOT NULL,
  movements jsonb NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  reminded integer,
  loss_noted bigint NOT NULL,
  loss_notes integer NOT NULL,
  check_due_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  version integer NOT NULL,
  CONSTRAINT disputes_pkey PRIMARY KEY (id),
  CONSTRAINT disputes_amount_check CHECK (((amount >= 0) AND (amount <= '9007199254740991'::bigint))),
  CONSTRAINT disputes_followed_while_open CHECK (((check_due_at IS NOT NULL) OR (status = ANY (ARRAY['warning_closed'::text, 'won'::text, 'lost'::text, 'prevented'::text])))),
  CONSTRAINT disputes_status_check CHECK ((status = ANY (ARRAY['warning_needs_response'::text, 'warning_under_review'::text, 'warning_closed'::text, 'needs_response'::text, 'under_review'::text, 'won'::text, 'lost'::text, 'prevented'::text])))
);

CREATE TABLE domain_events (
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  type text NOT NULL,
  payment_id text,
  cause text NOT NULL,
  data jsonb NOT NULL,
  occurred_at timestamp with time zone NOT NULL,
  recorded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  customer_id text,
  CONSTRAINT domain_events_pkey PRIMARY KEY (id),
  CONSTRAINT domain_events_about_one CHECK ((num_nonnulls(payment_id, customer_id) <= 1))
);

CREATE TABLE event_readings (
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  read_until timestamp with time zone NOT NULL,
  looked_at timestamp with time zone NOT NULL,
  leased_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
  newest timestamp with time zone,
  next_after text,
  CONSTRAINT event_readings_pkey PRIMARY KEY (stripe_account, livemode)
);

CREATE TABLE idempotency_records (
  principal text NOT NULL,
  route text NOT NULL,
  key text NOT NULL,
  fingerprint text NOT NULL,
  state text NOT NULL,
  leased_until timestamp with time zone,
  resource text NOT NULL,
  attempt_id text,
  outcome jsonb,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  answer text,
  CONSTRAINT idempotency_records_pkey PRIMARY KEY (principal, route, key),
  CONSTRAINT idempotency_records_attempt_id_key UNIQUE (attempt_id),
  CONSTRAINT idempotency_records_done_with_answer CHECK (((state = 'done'::text) = ((outcome IS NOT NULL) OR (answer IS NOT NULL)))),
  CONSTRAINT idempotency_records_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text])))
);

CREATE TABLE jobs (
  queue text NOT NULL,
  key text NOT NULL,
  arrivals integer DEFAULT 1 NOT NULL,
  tries integer DEFAULT 0 NOT NULL,
  due_at timestamp with time zone DEFAULT now() NOT NULL,
  failure text,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  id bigint DEFAULT nextval('job_numbers'::regclass) NOT NULL,
  hold bigint,
  again_at timestamp with time zone,
  put_off integer DEFAULT 0 NOT NULL,
  failures jsonb DEFAULT '[]'::jsonb NOT NULL,
  CONSTRAINT jobs_pkey PRIMARY KEY (queue, key)
);

CREATE TABLE ledger_facts (
  kind text NOT NULL,
  subject text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  payment_id text,
  amount bigint NOT NULL,
  currency text NOT NULL,
  occurred_at timestamp with time zone NOT NULL,
  cause text NOT NULL,
  noted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT ledger_facts_pkey PRIMARY KEY (kind, subject),
  CONSTRAINT ledger_facts_amount_check CHECK (((amount >= 1) AND (amount <= '9007199254740991'::bigint))),
  CONSTRAINT ledger_facts_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT ledger_facts_kind_check CHECK ((kind = ANY (ARRAY['charge_succeeded'::text, 'refund_succeeded'::text, 'refund_reversed'::text, 'dispute_lost'::text, 'dispute_loss_returned'::text, 'payout_arrived'::text, 'payout_returned'::text, 'payout_collected'::text])))
);

CREATE TABLE ledger_postings (
  transaction_id text NOT NULL,
  line smallint NOT NULL,
  account text NOT NULL,
  currency text NOT NULL,
  amount bigint NOT NULL,
  about text,
  effective_at timestamp with time zone NOT NULL,
  recorded_at timestamp with time zone NOT NULL,
  CONSTRAINT ledger_postings_pkey PRIMARY KEY (transaction_id, line),
  CONSTRAINT ledger_postings_account_check CHECK ((account = ANY (ARRAY['customer_control'::text, 'unsettled'::text, 'stripe_balance'::text, 'stripe_fees'::text, 'dispute_fees'::text, 'disputes_held'::text, 'chargeback_loss'::text, 'payouts_in_transit'::text, 'bank'::text, 'currency_position'::text, 'fx_result'::text, 'suspense'::text]))),
  CONSTRAINT ledger_postings_amount_check CHECK (((amount <> 0) AND ((amount >= '-9007199254740991'::bigint) AND (amount <= '9007199254740991'::bigint)))),
  CONSTRAINT ledger_postings_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT ledger_postings_line_check CHECK ((line >= 1))
);

CREATE TABLE ledger_totals (
  span text NOT NULL,
  begins timestamp with time zone NOT NULL,
  account text NOT NULL,
  currency text NOT NULL,
  total numeric NOT NULL,
  CONSTRAINT ledger_totals_pkey PRIMARY KEY (span, begins, account, currency),
  CONSTRAINT ledger_totals_span_check CHECK ((span = ANY (ARRAY['year'::text, 'month'::text, 'day'::text, 'hour'::text, 'minute'::text])))
) WITH (fillfactor=70);

CREATE TABLE ledger_transactions (
  id text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  kind text NOT NULL,
  source text NOT NULL,
  subject text NOT NULL,
  payment_id text,
  effective_at timestamp with time zone NOT NULL,
  recorded_at timestamp with time zone DEFAULT now() NOT NULL,
  cause text NOT NULL,
  note text,
  reverses text,
  lines smallint NOT NULL,
  CONSTRAINT ledger_transactions_pkey PRIMARY KEY (id),
  CONSTRAINT ledger_transactions_once_per_source UNIQUE (source, kind),
  CONSTRAINT ledger_transactions_lines_check CHECK ((lines >= 2))
);

CREATE TABLE payment_methods (
  id text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  customer_id text NOT NULL,
  setup_id text,
  type text NOT NULL,
  details text NOT NULL,
  exp_year integer,
  exp_month integer,
  state text NOT NULL,
  check_due_at timestamp with time zone,
  checks integer DEFAULT 0 NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  detached_at timestamp with time zone,
  version integer NOT NULL,
  CONSTRAINT payment_methods_pkey PRIMARY KEY (id),
  CONSTRAINT payment_methods_check CHECK (((exp_year IS NULL) = (exp_month IS NULL))),
  CONSTRAINT payment_methods_check1 CHECK (((state = 'detached'::text) = (detached_at IS NOT NULL))),
  CONSTRAINT payment_methods_exp_month_check CHECK (((exp_month >= 1) AND (exp_month <= 12))),
  CONSTRAINT payment_methods_followed_until_detached CHECK (((state <> 'detaching'::text) OR (check_due_at IS NOT NULL))),
  CONSTRAINT payment_methods_state_check CHECK ((state = ANY (ARRAY['saved'::text, 'detaching'::text, 'detached'::text])))
);

CREATE TABLE payments (
  id text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  channel text DEFAULT 'stripe'::text NOT NULL,
  status text NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  capturable bigint NOT NULL,
  captured bigint NOT NULL,
  capture_method text NOT NULL,
  reference text NOT NULL,
  purpose text NOT NULL,
  allow_another boolean NOT NULL,
  customer text,
  description text,
  metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
  service_date date,
  expires_at timestamp with time zone NOT NULL,
  payment_method text,
  stripe_payment_intent text,
  stripe_charge text,
  client_secret text,
  next_action jsonb,
  redirect_url text,
  failure jsonb,
  cancellation_reason text,
  attention text,
  refresh_due_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  version integer NOT NULL,
  customer_id text,
  details text,
  CONSTRAINT payments_pkey PRIMARY KEY (id),
  CONSTRAINT payments_stripe_payment_intent_key UNIQUE (stripe_payment_intent),
  CONSTRAINT payments_amount_check CHECK (((amount >= 1) AND (amount <= '9007199254740991'::bigint))),
  CONSTRAINT payments_capture_method_check CHECK ((capture_method = ANY (ARRAY['automatic'::text, 'manual'::text]))),
  CONSTRAINT payments_channel_check CHECK ((channel = ANY (ARRAY['stripe'::text, 'manual'::text]))),
  CONSTRAINT payments_check CHECK (((capturable >= 0) AND (capturable <= amount))),
  CONSTRAINT payments_check1 CHECK (((captured >= 0) AND (captured <= amount))),
  CONSTRAINT payments_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT payments_status_check CHECK ((status = ANY (ARRAY['requires_payment_method'::text, 'requires_confirmation'::text, 'requires_action'::text, 'processing'::text, 'authorized'::text, 'succeeded'::text, 'canceled'::text, 'failed'::text])))
);

CREATE TABLE payouts (
  id text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  status text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  arrival_at timestamp with time zone NOT NULL,
  seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT payouts_pkey PRIMARY KEY (id)
);

CREATE TABLE recovery_notes (
  id text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  payment_id text,
  verdict text NOT NULL,
  stripe_object text,
  settled_by text NOT NULL,
  note text NOT NULL,
  settled_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT recovery_notes_pkey PRIMARY KEY (id),
  CONSTRAINT recovery_notes_check CHECK (((stripe_object IS NOT NULL) = (verdict = 'adopted'::text))),
  CONSTRAINT recovery_notes_kind_check CHECK ((kind = ANY (ARRAY['attempt'::text, 'payment'::text, 'refund'::text, 'setup'::text, 'submission'::text]))),
  CONSTRAINT recovery_notes_verdict_check CHECK ((verdict = ANY (ARRAY['adopted'::text, 'no_effect'::text, 'attention_closed'::text])))
);

CREATE TABLE refund_policies (
  version text NOT NULL,
  content jsonb NOT NULL,
  hash text NOT NULL,
  first_used_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT refund_policies_pkey PRIMARY KEY (version),
  CONSTRAINT refund_policies_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text))
);

CREATE TABLE refunds (
  id text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  payment_id text NOT NULL,
  status text NOT NULL,
  origin text NOT NULL,
  amount bigint NOT NULL,
  currency text NOT NULL,
  reason text,
  note text,
  requested_by text,
  requested_role text,
  decision jsonb,
  expires_at timestamp with time zone,
  decided_by text,
  decided_at timestamp with time zone,
  decision_note text,
  stripe_refund text,
  pending_reason text,
  failure jsonb,
  doubt text,
  first_sent_at timestamp with time zone,
  next_check_at timestamp with time zone,
  checks integer DEFAULT 0 NOT NULL,
  attention text,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  version integer NOT NULL,
  CONSTRAINT refunds_pkey PRIMARY KEY (id),
  CONSTRAINT refunds_stripe_refund_key UNIQUE (stripe_refund),
  CONSTRAINT refunds_amount_check CHECK (((amount >= 1) AND (amount <= '9007199254740991'::bigint))),
  CONSTRAINT refunds_asked_by_somebody CHECK (((origin = 'api'::text) = (requested_by IS NOT NULL))),
  CONSTRAINT refunds_asked_in_a_role CHECK (((requested_by IS NULL) = (requested_role IS NULL))),
  CONSTRAINT refunds_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text)),
  CONSTRAINT refunds_decided_in_time CHECK (((status <> 'requested'::text) OR (expires_at IS NOT NULL))),
  CONSTRAINT refunds_doubt_check CHECK ((doubt = ANY (ARRAY['server_error'::text, 'lost_answer'::text]))),
  CONSTRAINT refunds_followed_until_known CHECK (((status <> ALL (ARRAY['executing'::text, 'unknown'::text, 'pending'::text, 'requires_action'::text])) OR (next_check_at IS NOT NULL))),
  CONSTRAINT refunds_of_the_dashboard_are_at_stripe CHECK (((origin <> 'dashboard'::text) OR (stripe_refund IS NOT NULL))),
  CONSTRAINT refunds_origin_check CHECK ((origin = ANY (ARRAY['api'::text, 'dashboard'::text]))),
  CONSTRAINT refunds_status_check CHECK ((status = ANY (ARRAY['requested'::text, 'approved'::text, 'rejected'::text, 'withdrawn'::text, 'superseded'::text, 'executing'::text, 'unknown'::text, 'pending'::text, 'requires_action'::text, 'succeeded'::text, 'failed'::text, 'canceled'::text])))
);

CREATE TABLE sagas (
  id text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  payment_id text,
  customer_id text,
  started_by text NOT NULL,
  state text NOT NULL,
  steps jsonb NOT NULL,
  reason text,
  attention text,
  next_look_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone DEFAULT now() NOT NULL,
  version integer NOT NULL,
  CONSTRAINT sagas_pkey PRIMARY KEY (id),
  CONSTRAINT sagas_one_of_a_kind UNIQUE (subject, kind),
  CONSTRAINT sagas_about_one CHECK ((num_nonnulls(payment_id, customer_id) = 1)),
  CONSTRAINT sagas_looked_at_until_they_end CHECK (((state = ANY (ARRAY['running'::text, 'waiting'::text, 'compensating'::text])) = (next_look_at IS NOT NULL))),
  CONSTRAINT sagas_state_check CHECK ((state = ANY (ARRAY['running'::text, 'waiting'::text, 'compensating'::text, 'completed'::text, 'compensated'::text, 'failed'::text])))
);

CREATE TABLE sealed_keys (
  name text NOT NULL,
  sealed text NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT sealed_keys_pkey PRIMARY KEY (name)
);

CREATE TABLE setups (
  id text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  customer_id text NOT NULL,
  status text NOT NULL,
  usage text NOT NULL,
  request text NOT NULL,
  consent_version text NOT NULL,
  consent_at timestamp with time zone NOT NULL,
  consent text NOT NULL,
  stripe_setup_intent text,
  client_secret text,
  next_action jsonb,
  redirect_url text,
  failure jsonb,
  payment_method text,
  check_due_at timestamp with time zone,
  checks integer DEFAULT 0 NOT NULL,
  first_sent_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone NOT NULL,
  updated_at timestamp with time zone NOT NULL,
  version integer NOT NULL,
  handed_over_at timestamp with time zone,
  handed_over_reason text,
  CONSTRAINT setups_pkey PRIMARY KEY (id),
  CONSTRAINT setups_stripe_setup_intent_key UNIQUE (stripe_setup_intent),
  CONSTRAINT setups_followed_until_known CHECK (((stripe_setup_intent IS NOT NULL) OR (check_due_at IS NOT NULL) OR (status = ANY (ARRAY['canceled'::text, 'failed'::text])))),
  CONSTRAINT setups_status_check CHECK ((status = ANY (ARRAY['requires_payment_method'::text, 'requires_confirmation'::text, 'requires_action'::text, 'processing'::text, 'succeeded'::text, 'canceled'::text, 'failed'::text]))),
  CONSTRAINT setups_usage_check CHECK ((usage = ANY (ARRAY['on_session'::text, 'off_session'::text])))
);

CREATE TABLE stripe_binding (
  only_row boolean DEFAULT true NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  bound_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT stripe_binding_pkey PRIMARY KEY (only_row),
  CONSTRAINT stripe_binding_only_row_check CHECK (only_row)
);

CREATE TABLE webhook_events (
  id text NOT NULL,
  stripe_account text NOT NULL,
  livemode boolean NOT NULL,
  type text NOT NULL,
  api_version text,
  object_type text NOT NULL,
  object_id text NOT NULL,
  stripe_payment_intent text,
  payment_id text,
  payload text NOT NULL,
  status text NOT NULL,
  note text,
  deliveries integer DEFAULT 1 NOT NULL,
  created_at timestamp with time zone NOT NULL,
  received_at timestamp with time zone DEFAULT now() NOT NULL,
  processed_at timestamp with time zone,
  came text DEFAULT 'delivered'::text NOT NULL,
  stripe_request text,
  CONSTRAINT webhook_events_pkey PRIMARY KEY (id),
  CONSTRAINT webhook_events_came_check CHECK ((came = ANY (ARRAY['delivered'::text, 'fetched'::text]))),
  CONSTRAINT webhook_events_status_check CHECK ((status = ANY (ARRAY['received'::text, 'processed'::text, 'ignored'::text, 'set_aside'::text])))
);

CREATE INDEX attempts_by_payment ON public.attempts USING btree (payment_id, created_at);

CREATE INDEX attempts_due ON public.attempts USING btree (next_check_at) WHERE (next_check_at IS NOT NULL);

CREATE INDEX attempts_handed_over ON public.attempts USING btree (payment_id) WHERE (handed_over_at IS NOT NULL);

CREATE INDEX attempts_in_clear ON public.attempts USING btree (id) WHERE (request IS NOT NULL);

CREATE UNIQUE INDEX attempts_one_open_per_payment ON public.attempts USING btree (payment_id) WHERE (state = ANY (ARRAY['prepared'::text, 'sent'::text, 'unknown'::text]));

CREATE INDEX audit_entries_by_action ON public.audit_entries USING btree (action, sequence DESC);

CREATE INDEX audit_entries_by_principal ON public.audit_entries USING btree (principal, sequence DESC);

CREATE INDEX audit_entries_by_time ON public.audit_entries USING btree (occurred_at, sequence);

CREATE INDEX balance_transactions_by_charge ON public.balance_transactions USING btree (stripe_charge) WHERE ((stripe_charge IS NOT NULL) AND (payment_id IS NOT NULL));

CREATE INDEX balance_transactions_newest ON public.balance_transactions USING btree (created_at DESC, id DESC);

CREATE INDEX balance_transactions_not_to_post ON public.balance_transactions USING btree (created_at) WHERE (cannot_post IS NOT NULL);

CREATE INDEX balance_transactions_to_post ON public.balance_transactions USING btree (created_at, id) WHERE ((posted_at IS NULL) AND (cannot_post IS NULL));

CREATE INDEX customers_by_email ON public.customers USING btree (email_index, created_at DESC, id DESC) WHERE (email_index IS NOT NULL);

CREATE INDEX customers_newest ON public.customers USING btree (created_at DESC, id DESC);

CREATE UNIQUE INDEX customers_one_per_subject ON public.customers USING btree (stripe_account, livemode, subject_index);

CREATE INDEX customers_to_sync ON public.customers USING btree (sync_due_at) WHERE (sync_due_at IS NOT NULL);

CREATE UNIQUE INDEX dead_jobs_by_key ON public.dead_jobs USING btree (queue, key) WHERE (discarded_at IS NULL);

CREATE INDEX dead_jobs_discarded ON public.dead_jobs USING btree (discarded_at) WHERE (discarded_at IS NOT NULL);

CREATE INDEX dispute_evidence_by_submission ON public.dispute_evidence USING btree (submission_id, field) WHERE (submission_id IS NOT NULL);

CREATE UNIQUE INDEX dispute_evidence_one_draft_per_field ON public.dispute_evidence USING btree (dispute_id, field) WHERE (submission_id IS NULL);

CREATE INDEX dispute_submissions_by_dispute ON public.dispute_submissions USING btree (dispute_id, created_at);

CREATE INDEX dispute_submissions_handed_over ON public.dispute_submissions USING btree (dispute_id) WHERE (handed_over_at IS NOT NULL);

CREATE UNIQUE INDEX dispute_submissions_one_open ON public.dispute_submissions USING btree (dispute_id) WHERE (state = ANY (ARRAY['sending'::text, 'unknown'::text]));

CREATE INDEX dispute_submissions_to_check ON public.dispute_submissions USING btree (check_due_at) WHERE (check_due_at IS NOT NULL);

CREATE INDEX disputes_by_payment ON public.disputes USING btree (payment_id, opened_at DESC, id DESC) WHERE (payment_id IS NOT NULL);

CREATE INDEX disputes_by_status ON public.disputes USING btree (status, opened_at DESC, id DESC);

CREATE INDEX disputes_newest ON public.disputes USING btree (opened_at DESC, id DESC);

CREATE INDEX disputes_to_answer ON public.disputes USING btree (due_by) WHERE (status = ANY (ARRAY['needs_response'::text, 'warning_needs_response'::text]));

CREATE INDEX disputes_to_check ON public.disputes USING btree (check_due_at) WHERE (check_due_at IS NOT NULL);

CREATE INDEX domain_events_by_customer ON public.domain_events USING btree (customer_id, id) WHERE (customer_id IS NOT NULL);

CREATE INDEX domain_events_by_payment ON public.domain_events USING btree (payment_id, id);

CREATE UNIQUE INDEX domain_events_told_once ON public.domain_events USING btree (((data ->> 'refund'::text)), ((data ->> 'kind'::text))) WHERE (type = 'refund.customer_to_be_told'::text);

CREATE INDEX idempotency_records_by_age ON public.idempotency_records USING btree (created_at) WHERE (state = 'done'::text);

CREATE INDEX idempotency_records_in_clear ON public.idempotency_records USING btree (principal, route, key) WHERE (outcome IS NOT NULL);

CREATE UNIQUE INDEX jobs_by_id ON public.jobs USING btree (id);

CREATE INDEX jobs_due ON public.jobs USING btree (queue, due_at);

CREATE INDEX ledger_postings_as_recorded ON public.ledger_postings USING brin (recorded_at);

CREATE INDEX ledger_postings_by_account ON public.ledger_postings USING btree (account, effective_at DESC, transaction_id DESC);

CREATE INDEX ledger_postings_by_time ON public.ledger_postings USING btree (effective_at) INCLUDE (account, currency, amount);

CREATE INDEX ledger_postings_open ON public.ledger_postings USING btree (account, about, currency) INCLUDE (amount) WHERE (about IS NOT NULL);

CREATE INDEX ledger_transactions_by_payment ON public.ledger_transactions USING btree (payment_id, effective_at DESC, id DESC) WHERE (payment_id IS NOT NULL);

CREATE INDEX ledger_transactions_by_subject ON public.ledger_transactions USING btree (subject, kind);

CREATE INDEX ledger_transactions_newest ON public.ledger_transactions USING btree (effective_at DESC, id DESC);

CREATE INDEX payment_methods_by_customer ON public.payment_methods USING btree (customer_id, created_at DESC, id DESC) WHERE (state <> 'detached'::text);

CREATE INDEX payment_methods_by_expiry ON public.payment_methods USING btree (exp_year, exp_month, id) WHERE (state = 'saved'::text);

CREATE INDEX payment_methods_to_check ON public.payment_methods USING btree (check_due_at) WHERE (check_due_at IS NOT NULL);

CREATE INDEX payments_by_currency ON public.payments USING btree (currency, created_at DESC, id DESC);

CREATE INDEX payments_by_customer ON public.payments USING btree (customer_id, created_at DESC, id DESC) WHERE (customer_id IS NOT NULL);

CREATE INDEX payments_by_reference ON public.payments USING btree (reference, created_at DESC, id DESC);

CREATE INDEX payments_by_status ON public.payments USING btree (status, created_at DESC, id DESC);

CREATE INDEX payments_by_status_and_currency ON public.payments USING btree (status, currency, created_at DESC, id DESC);

CREATE INDEX payments_in_clear ON public.payments USING btree (id) WHERE ((customer IS NOT NULL) OR (description IS NOT NULL) OR (metadata <> '{}'::jsonb));

CREATE INDEX payments_needing_attention ON public.payments USING btree (created_at DESC, id DESC) WHERE (attention IS NOT NULL);

CREATE INDEX payments_newest ON public.payments USING btree (created_at DESC, id DESC);

CREATE UNIQUE INDEX payments_one_live_per_reference ON public.payments USING btree (stripe_account, livemode, reference, purpose) WHERE ((status <> ALL (ARRAY['canceled'::text, 'failed'::text])) AND (NOT allow_another));

CREATE INDEX payments_to_expire ON public.payments USING btree (expires_at) WHERE (status = ANY (ARRAY['requires_payment_method'::text, 'requires_confirmation'::text, 'requires_action'::text]));

CREATE INDEX payments_to_refresh ON public.payments USING btree (refresh_due_at) WHERE (refresh_due_at IS NOT NULL);

CREATE INDEX payouts_open ON public.payouts USING btree (arrival_at) WHERE (status = ANY (ARRAY['pending'::text, 'in_transit'::text]));

CREATE INDEX recovery_notes_by_payment ON public.recovery_notes USING btree (payment_id) WHERE (payment_id IS NOT NULL);

CREATE INDEX recovery_notes_by_subject ON public.recovery_notes USING btree (subject, settled_at);

CREATE INDEX refunds_at_once ON public.refunds USING btree (requested_by, currency, created_at) WHERE (decided_by IS NULL);

CREATE INDEX refunds_by_payment ON public.refunds USING btree (payment_id, created_at, id);

CREATE INDEX refunds_by_status ON public.refunds USING btree (status, created_at DESC, id DESC);

CREATE INDEX refunds_due ON public.refunds USING btree (next_check_at) WHERE (next_check_at IS NOT NULL);

CREATE INDEX refunds_needing_attention ON public.refunds USING btree (created_at DESC, id DESC) WHERE (attention IS NOT NULL);

CREATE INDEX refunds_newest ON public.refunds USING btree (created_at DESC, id DESC);

CREATE INDEX refunds_refunded ON public.refunds USING btree (payment_id) INCLUDE (amount) WHERE (status = ANY (ARRAY['pending'::text, 'requires_action'::text, 'succeeded'::text]));

CREATE INDEX refunds_to_decide ON public.refunds USING btree (expires_at) WHERE (status = 'requested'::text);

CREATE INDEX sagas_due ON public.sagas USING btree (next_look_at) WHERE (next_look_at IS NOT NULL);

CREATE INDEX sagas_for_a_person ON public.sagas USING btree (created_at DESC, id DESC) WHERE (attention IS NOT NULL);

CREATE INDEX sagas_newest ON public.sagas USING btree (created_at DESC, id DESC);

CREATE INDEX setups_by_customer ON public.setups USING btree (customer_id, created_at DESC, id DESC);

CREATE INDEX setups_handed_over ON public.setups USING btree (first_sent_at) WHERE (handed_over_at IS NOT NULL);

CREATE INDEX setups_to_check ON public.setups USING btree (check_due_at) WHERE (check_due_at IS NOT NULL);

CREATE INDEX webhook_events_by_payment ON public.webhook_events USING btree (payment_id, received_at) WHERE (payment_id IS NOT NULL);

CREATE INDEX webhook_events_newest ON public.webhook_events USING btree (received_at DESC, id DESC);

CREATE INDEX webhook_events_waiting ON public.webhook_events USING btree (received_at) WHERE (status = ANY (ARRAY['received'::text, 'set_aside'::text]));

CREATE INDEX webhook_events_waiting_by_subject ON public.webhook_events USING btree (COALESCE(stripe_payment_intent, NULLIF(object_id, ''::text), id)) WHERE (status = 'received'::text);

ALTER TABLE attempts ADD CONSTRAINT attempts_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments(id);

ALTER TABLE dispute_evidence ADD CONSTRAINT dispute_evidence_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES disputes(id);

ALTER TABLE dispute_evidence ADD CONSTRAINT dispute_evidence_submission_id_fkey FOREIGN KEY (submission_id) REFERENCES dispute_submissions(id);

ALTER TABLE dispute_submissions ADD CONSTRAINT dispute_submissions_dispute_id_fkey FOREIGN KEY (dispute_id) REFERENCES disputes(id);

ALTER TABLE disputes ADD CONSTRAINT disputes_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments(id);

ALTER TABLE domain_events ADD CONSTRAINT domain_events_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id);

ALTER TABLE domain_events ADD CONSTRAINT domain_events_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments(id);

ALTER TABLE idempotency_records ADD CONSTRAINT idempotency_records_attempt_id_fkey FOREIGN KEY (attempt_id) REFERENCES attempts(id);

ALTER TABLE payment_methods ADD CONSTRAINT payment_methods_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id);

ALTER TABLE payment_methods ADD CONSTRAINT payment_methods_setup_id_fkey FOREIGN KEY (setup_id) REFERENCES setups(id);

ALTER TABLE payments ADD CONSTRAINT payments_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id);

ALTER TABLE refunds ADD CONSTRAINT refunds_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments(id);

ALTER TABLE sagas ADD CONSTRAINT sagas_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id);

ALTER TABLE sagas ADD CONSTRAINT sagas_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments(id);

ALTER TABLE setups ADD CONSTRAINT setups_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers(id);

ALTER TABLE webhook_events ADD CONSTRAINT webhook_events_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments(id);

CREATE TRIGGER audit_entries_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_stay;

CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON public.audit_head FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
ALTER TABLE audit_head ENABLE ALWAYS TRIGGER audit_head_stays;

CREATE TRIGGER ledger_postings_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_postings FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();

CREATE CONSTRAINT TRIGGER ledger_postings_balanced AFTER INSERT ON public.ledger_postings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_posting();

CREATE TRIGGER ledger_postings_totalled AFTER INSERT ON public.ledger_postings REFERENCING NEW TABLE AS posted FOR EACH STATEMENT EXECUTE FUNCTION ledger_add_to_totals();

CREATE TRIGGER ledger_transactions_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_transactions FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();

CREATE CONSTRAINT TRIGGER ledger_transactions_balanced AFTER INSERT ON public.ledger_transactions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_transaction();

CREATE TRIGGER refunds_begin_within_captured BEFORE INSERT ON public.refunds FOR EACH ROW WHEN ((new.status <> ALL (ARRAY['rejected'::text, 'withdrawn'::text, 'superseded'::text, 'failed'::text, 'canceled'::text]))) EXECUTE FUNCTION refunds_stay_within_captured();

CREATE TRIGGER refunds_grow_within_captured BEFORE UPDATE ON public.refunds FOR EACH ROW WHEN (((new.status <> ALL (ARRAY['rejected'::text, 'withdrawn'::text, 'superseded'::text, 'failed'::text, 'canceled'::text])) AND ((old.status = ANY (ARRAY['rejected'::text, 'withdrawn'::text, 'superseded'::text, 'failed'::text, 'canceled'::text])) OR (new.amount > old.amount) OR (new.currency <> old.currency) OR (new.payment_id <> old.payment_id) OR (new.origin <> old.origin)))) EXECUTE FUNCTION refunds_stay_within_captured();

REVOKE UPDATE, DELETE, TRUNCATE ON audit_entries FROM CURRENT_USER;

REVOKE DELETE, TRUNCATE ON audit_head FROM CURRENT_USER;

REVOKE UPDATE, DELETE, TRUNCATE ON ledger_postings FROM CURRENT_USER;

REVOKE UPDATE, DELETE, TRUNCATE ON ledger_transactions FROM CURRENT_USER;
