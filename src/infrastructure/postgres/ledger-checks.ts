import type { LedgerFinding } from '../../application/ledger/ledger-audit';

/** How long a thing may wait before it is a difference. Stripe may take an hour to put a capture on the balance. */
const POSTED_WITHIN = "interval '5 minutes'";
const SETTLED_WITHIN = "interval '24 hours'";

/** One question to the database: each row that it answers is a finding. */
interface LedgerCheck extends Pick<LedgerFinding, 'kind' | 'cause' | 'repair'> {
  /** Of rows with `about` and `detail`, and `late` where age alone makes it a difference. */
  readonly sql: string;
  readonly severity: LedgerFinding['severity'] | 'by age';
}

const FILED = 'Restore the database from a backup, or post a transaction that corrects it.';

const BROKEN: readonly LedgerCheck[] = [
  {
    kind: 'unbalanced',
    severity: 'difference',
    cause: 'Somebody went around the constraint triggers: a superuser can.',
    repair: FILED,
    sql: `SELECT transaction_id AS about, 'Its postings are off by ' || sum(amount) || ' ' || currency || '.' AS detail
      FROM ledger_postings GROUP BY transaction_id, currency HAVING sum(amount) <> 0`,
  },
  {
    kind: 'incomplete',
    severity: 'difference',
    cause: 'Somebody went around the triggers that keep the ledger append-only: a superuser can.',
    repair: FILED,
    sql: `SELECT coalesce(t.id, p.transaction_id) AS about,
        'It has ' || coalesce(p.lines, 0) || ' postings and was made with ' || coalesce(t.lines, 0) || '.' AS detail
      FROM ledger_transactions t
      FULL JOIN (SELECT transaction_id, count(*) AS lines FROM ledger_postings GROUP BY 1) p ON p.transaction_id = t.id
      WHERE t.lines IS DISTINCT FROM p.lines`,
  },
  {
    kind: 'wrong_total',
    severity: 'difference',
    cause: 'ledger_totals was changed by hand, or a trigger was switched off.',
    repair: 'Empty ledger_totals and fill it from ledger_postings, as its trigger does.',
    sql: `SELECT coalesce(k.account, r.account) || ' ' || coalesce(k.currency, r.currency) AS about,
        'The ' || coalesce(k.span, r.span) || ' from ' || coalesce(k.begins, r.begins) || ' has ' || coalesce(k.total, 0)
          || ', and its postings sum to ' || coalesce(r.total, 0) || '.' AS detail
      FROM ledger_totals k FULL JOIN (
        SELECT span, date_trunc(span, effective_at, 'UTC') AS begins, account, currency, sum(amount) AS total
        FROM ledger_postings CROSS JOIN unnest(ARRAY['year', 'month', 'day', 'hour', 'minute']) AS span
        GROUP BY 1, 2, 3, 4
      ) r ON (r.span, r.begins, r.account, r.currency) = (k.span, k.begins, k.account, k.currency)
      WHERE coalesce(k.total, 0) <> coalesce(r.total, 0)`,
  },
  {
    kind: 'unlike_mirror',
    severity: 'difference',
    cause: 'Something else was posted to the balance at Stripe, or what was mirrored was posted otherwise.',
    repair: 'Compare: cashdesk ledger transactions --account stripe_balance, and the table balance_transactions.',
    sql: `SELECT coalesce(l.currency, m.currency) AS about, 'The ledger has ' || coalesce(l.total, 0)
        || ' at Stripe, and the mirrored balance transactions sum to ' || coalesce(m.total, 0) || '.' AS detail
      FROM (SELECT currency, sum(amount) AS total FROM ledger_postings WHERE account = 'stripe_balance' GROUP BY 1) l
      FULL JOIN (
        SELECT currency, sum(net) AS total FROM balance_transactions WHERE posted_at IS NOT NULL GROUP BY 1
      ) m ON m.currency = l.currency
      WHERE coalesce(l.total, 0) <> coalesce(m.total, 0)`,
  },
  {
    kind: 'cannot_post',
    severity: 'difference',
    cause: 'The ledger keeps whole units of the currencies that it knows.',
    repair: 'Book it by hand; the balance at Stripe differs by it.',
    sql: `SELECT id AS about, net || ' ' || currency || ' stand outside of the ledger. ' || cannot_post AS detail
      FROM balance_transactions WHERE cannot_post IS NOT NULL`,
  },
];

const OPEN: readonly LedgerCheck[] = [
  {
    kind: 'history_is_read',
    severity: 'open',
    cause: "Stripe's balance transactions are read back to the first one before any is posted.",
    repair: 'Let the service run; its log tells how far it is.',
    sql: `SELECT 'stripe_balance' AS about, count(*) || ' balance transactions are mirrored so far.' AS detail
      FROM balance_transactions WHERE NOT coalesce((SELECT complete FROM balance_history), false) HAVING count(*) > 0`,
  },
  {
    kind: 'facts_wait',
    severity: 'by age',
    cause: 'They are posted within seconds by a service that runs.',
    repair: 'Start the service, or look in its log for why posting fails.',
    sql: `SELECT kind AS about, count(*) || ' wait to be posted, the oldest since ' || min(noted_at) || '.' AS detail,
        min(noted_at) < now() - ${POSTED_WITHIN} AS late FROM ledger_facts GROUP BY kind`,
  },
  {
    kind: 'movements_wait',
    severity: 'by age',
    cause: 'They are posted within seconds by a service that runs.',
    repair: 'Start the service, or look in its log for why posting fails.',
    sql: `SELECT 'balance_transactions' AS about, count(*) || ' wait to be posted, the oldest since ' || min(seen_at) || '.'
        AS detail, min(seen_at) < now() - ${POSTED_WITHIN} AS late
      FROM balance_transactions WHERE posted_at IS NULL AND cannot_post IS NULL
        AND (SELECT complete FROM balance_history) HAVING count(*) > 0`,
  },
  {
    kind: 'unsettled',
    severity: 'by age',
    cause: 'What was charged or refunded, and what Stripe moved for it, are not the same, or not both known yet.',
    repair: 'Compare: cashdesk ledger transactions --payment, cashdesk payments show, and the payment at Stripe.',
    sql: `SELECT about, sum(amount) || ' ' || currency || ' are not settled at Stripe.' AS detail,
        max(recorded_at) < now() - ${SETTLED_WITHIN} AS late
      FROM ledger_postings WHERE account = 'unsettled' GROUP BY about, currency HAVING sum(amount) <> 0`,
  },
  {
    kind: 'in_transit',
    severity: 'open',
    cause: 'A payout is on its way, or failed and its money is not back on the balance yet.',
    repair: 'Wait for the bank. One that is late stands among the payouts in the dashboard of Stripe.',
    sql: `SELECT about, sum(amount) || ' ' || currency || ' are on the way.' AS detail
      FROM ledger_postings WHERE account = 'payouts_in_transit' GROUP BY about, currency HAVING sum(amount) <> 0`,
  },
  {
    kind: 'suspense',
    severity: 'open',
    cause: 'Stripe moved money that Cashdesk did not ask for; the note of its transactions says which.',
    repair: 'Look at it: cashdesk ledger transactions --account suspense. Book it where it belongs.',
    sql: `SELECT about, sum(amount) || ' ' || currency || ' stand in suspense.' AS detail
      FROM ledger_postings WHERE account = 'suspense' GROUP BY about, currency HAVING sum(amount) <> 0`,
  },
];

export const LEDGER_CHECKS: readonly LedgerCheck[] = [...BROKEN, ...OPEN];
