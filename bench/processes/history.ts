import { Client } from 'pg';

/** How many payments a customer has made. */
const PER_CUSTOMER = 40;

/** In doubt, and listed for a person, are as many however long the history is. */
const OPEN = 50;

/**
 * A service's past: payments of the last two years, evenly over time, each with its attempt. Four in five succeeded;
 * some references were tried again. None waits to expire: a backlog of thousands would be worked on beside the lists. Nothing
 * of it is sealed in earnest, because lists open no seal that is not there.
 */
const CUSTOMERS = `
INSERT INTO customers (id, stripe_account, livemode, personal, revision, stripe_revision, created_at, updated_at, version)
SELECT 'cus_' || lpad(n::text, 26, '0'), 'acct_bench', false, 'v1.bench', 1, 1, now(), now(), 1
FROM generate_series(0, $1::int / ${PER_CUSTOMER}) n`;

const PAYMENTS = `
INSERT INTO payments (id, stripe_account, livemode, status, amount, currency, capturable, captured, capture_method,
  reference, purpose, allow_another, customer_id, metadata, expires_at, payment_method, stripe_payment_intent,
  attention, refresh_due_at, created_at, updated_at, version)
SELECT 'pay_' || lpad(n::text, 26, '0'), 'acct_bench', false, status, 4999,
  CASE WHEN n % 50 = 0 THEN 'usd' WHEN n % 10 = 0 THEN 'eur' ELSE 'gbp' END,
  CASE status WHEN 'authorized' THEN 4999 ELSE 0 END, CASE status WHEN 'succeeded' THEN 4999 ELSE 0 END, 'automatic',
  'order_' || n / 3, 'full', true, 'cus_' || lpad((n % ($1::int / ${PER_CUSTOMER}))::text, 26, '0'), '{}',
  now() + interval '1 day', 'pm_card_visa', 'pi_' || n,
  CASE WHEN n % ($1::int / ${OPEN}) = 1 THEN 'Stripe shows an amount that was not asked' END,
  CASE WHEN n % ($1::int / ${OPEN}) = 2 THEN 'infinity'::timestamptz END, at, at, 2
FROM (
  SELECT n, now() - interval '2 years' * (n::float8 / $1::int) AS at,
    CASE WHEN n % 5 <> 0 THEN 'succeeded' WHEN n % 3 = 0 THEN 'canceled' WHEN n % 7 = 0 THEN 'failed'
         WHEN n % 11 = 0 THEN 'authorized' ELSE 'requires_payment_method' END AS status
  FROM generate_series(1, $1::int) n
) each`;

const ATTEMPTS = `
INSERT INTO attempts (id, stripe_account, livemode, payment_id, origin, actor, operation, asked, state, created_at,
  first_sent_at, settled_at, next_check_at, checks, handed_over_at, handed_over_reason)
SELECT replace(id, 'pay_', 'att_'), stripe_account, livemode, id, 'api', 'key:key_bench', 'create', 'v1.bench',
  CASE WHEN n % ($1::int / ${OPEN}) IN (3, 4) THEN 'unknown' ELSE 'succeeded' END, created_at, created_at, created_at,
  CASE WHEN n % ($1::int / ${OPEN}) IN (3, 4) THEN 'infinity'::timestamptz END, 1,
  CASE WHEN n % ($1::int / ${OPEN}) = 4 THEN now() END, CASE WHEN n % ($1::int / ${OPEN}) = 4 THEN 'Not found out' END
FROM (SELECT *, right(id, 26)::int AS n FROM payments) each`;

/** Fills a new database with so many payments, as autovacuum leaves it some time later. */
export async function fill(databaseUrl: string, payments: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // Foreign keys hold by the way the rows are made: checking two million of them would take most of the time.
    await client.query('SET session_replication_role = replica');
    for (const statement of [CUSTOMERS, PAYMENTS, ATTEMPTS]) await client.query(statement, [payments]);
    await client.query('VACUUM ANALYZE customers, payments, attempts');
    // What was written is on the disk before anything is measured.
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

/** The customer of the payment in the middle of that history. */
export function someCustomer(payments: number): string {
  const middle = Math.floor(payments / 2) % Math.floor(payments / PER_CUSTOMER);
  return `cus_${String(middle).padStart(26, '0')}`;
}
