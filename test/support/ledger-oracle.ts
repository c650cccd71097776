import type Stripe from 'stripe';
import { ledgerAmountOf } from '../../src/infrastructure/stripe/stripe-amount';
import { query } from './query';
import type { SimulatorState } from './simulator-control';

const OFF = `SELECT transaction_id AS id, currency, sum(amount) AS off FROM ledger_postings GROUP BY 1, 2
  HAVING sum(amount) <> 0`;

const AT_STRIPE = `SELECT extract(epoch FROM effective_at)::float8 AS at, currency, amount::text AS amount
  FROM ledger_postings WHERE account = 'stripe_balance'`;

const UNSETTLED = `SELECT about, currency, sum(amount) AS open FROM ledger_postings WHERE account = 'unsettled'
  GROUP BY 1, 2 HAVING sum(amount) <> 0`;

const WAITING = `SELECT kind || ' of ' || subject AS what FROM ledger_facts
  UNION ALL SELECT id FROM balance_transactions WHERE posted_at IS NULL`;

const TOTALS = `SELECT p.account, p.currency FROM
    (SELECT account, currency, sum(amount) AS total FROM ledger_postings GROUP BY 1, 2) p
  FULL JOIN (SELECT account, currency, sum(total) AS total FROM ledger_totals WHERE span = 'minute' GROUP BY 1, 2) t
    USING (account, currency) WHERE p.total IS DISTINCT FROM t.total`;

/**
 * C. Every transaction sums to zero in each currency; the balance at Stripe is, now and at every instant at which it
 * moved, the sum of Stripe's balance transactions; and nothing stays unsettled.
 */
export async function ledgerAgrees(databaseUrl: string, state: SimulatorState): Promise<string[]> {
  const findings: string[] = [];
  for (const { id, currency, off } of await query(databaseUrl, OFF)) {
    findings.push(`C: ${String(id)} is off by ${String(off)} ${String(currency)}`);
  }
  findings.push(...balanceDiffers(await atStripe(databaseUrl), state.balance_transactions.map(movedAtStripe)));
  for (const { what } of await query(databaseUrl, WAITING)) findings.push(`C: ${String(what)} is not posted`);
  for (const { about, open, currency } of await query(databaseUrl, UNSETTLED)) {
    findings.push(`C: ${String(open)} ${String(currency)} of ${String(about)} are not settled`);
  }
  for (const { account, currency } of await query(databaseUrl, TOTALS)) {
    findings.push(`C: the totals of ${String(account)} in ${String(currency)} are not what was posted`);
  }
  return findings;
}

interface Moved {
  /** In seconds. */
  readonly at: number;
  readonly currency: string;
  readonly amount: number;
}

async function atStripe(databaseUrl: string): Promise<Moved[]> {
  const rows = await query(databaseUrl, AT_STRIPE);
  return rows.map(({ at, currency, amount }) => {
    return { at: Number(at), currency: String(currency), amount: Number(amount) };
  });
}

function movedAtStripe({ created, currency, net }: Stripe.BalanceTransaction): Moved {
  return { at: created, currency, amount: ledgerAmountOf(net, currency) };
}

function balanceDiffers(here: readonly Moved[], there: readonly Moved[]): string[] {
  const instants = new Set([...here, ...there].map(({ at }) => at));
  return [...instants].flatMap((instant) => {
    const [ours, theirs] = [sumsUntil(instant, here), sumsUntil(instant, there)];
    const currencies = [...new Set([...ours.keys(), ...theirs.keys()])];
    const differ = currencies.filter((currency) => (ours.get(currency) ?? 0) !== (theirs.get(currency) ?? 0));
    return differ.map((currency) => {
      const [mine, stripes] = [ours.get(currency) ?? 0, theirs.get(currency) ?? 0];
      return `C: at ${String(instant)} the balance is ${String(mine)} ${currency} here, ${String(stripes)} at Stripe`;
    });
  });
}

function sumsUntil(instant: number, moved: readonly Moved[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { at, currency, amount } of moved) {
    if (at <= instant) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  }
  return sums;
}
