import { Client } from 'pg';

/**
 * Charges of the last two years, evenly over time, each posted as it is: owed by the customer, then settled less Stripe's
 * fee. Written without the triggers, whose work of years it would be, and summed up as they do it.
 */
const TRANSACTIONS = `
INSERT INTO ledger_transactions (id, stripe_account, livemode, kind, source, subject, payment_id, effective_at, recorded_at,
  cause, lines)
SELECT 'ltx_' || lpad(n::text, 26, '0'), 'acct_bench', false, 'charge', 'txn_' || n, 'ch_' || n, 'pay_' || n, at, at,
  'bench', 4
FROM (SELECT n, now() - interval '2 years' * (n::float8 / $1::int) AS at FROM generate_series(1, $1::int) n) each`;

const POSTINGS = `
INSERT INTO ledger_postings (transaction_id, line, account, currency, amount, about, effective_at, recorded_at)
SELECT id, line, account, (ARRAY['gbp', 'eur', 'usd'])[1 + right(id, 26)::int % 3], amount, NULL, effective_at, recorded_at
FROM ledger_transactions CROSS JOIN (VALUES (1, 'unsettled', 100), (2, 'customer_control', -5000),
  (3, 'stripe_balance', 4905), (4, 'stripe_fees', -5)) AS p (line, account, amount)`;

const TOTALS = `
INSERT INTO ledger_totals (span, begins, account, currency, total)
SELECT span, date_trunc(span, effective_at, 'UTC'), account, currency, sum(amount)
FROM ledger_postings CROSS JOIN unnest(ARRAY['year', 'month', 'day', 'hour', 'minute']) AS span GROUP BY 1, 2, 3, 4`;

/** Four postings each. */
export const POSTINGS_PER_CHARGE = 4;

/** Fills a new ledger with so many charges, as autovacuum leaves it some time later. */
export async function fillBooks(databaseUrl: string, charges: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SET session_replication_role = replica');
    await client.query(TRANSACTIONS, [charges]);
    await client.query(POSTINGS);
    await client.query(TOTALS);
    await client.query('VACUUM ANALYZE ledger_transactions, ledger_postings, ledger_totals');
    // What was written is on the disk before anything is measured.
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}
