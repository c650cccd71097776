import type Stripe from 'stripe';
import { fromStripeAmount } from '../../src/infrastructure/stripe/stripe-amount';
import { query } from './query';
import type { SimulatorState } from './simulator-control';

/** B, D, E and F for refunds. */
export async function refundFindings(databaseUrl: string, state: SimulatorState): Promise<string[]> {
  return [
    ...(await agree(databaseUrl, state)),
    ...(await withinCaptured(databaseUrl, state)),
    ...(await nothingInDoubt(databaseUrl)),
    ...(await eachOnce(databaseUrl)),
  ];
}

interface Facts {
  readonly intent: string;
  readonly status: string;
  readonly amount: string;
  readonly currency: string;
}

/** B. Our refunds and Stripe's agree in number, payment, status, amount and currency. */
async function agree(databaseUrl: string, state: SimulatorState): Promise<string[]> {
  const rows = await query(
    databaseUrl,
    `SELECT r.id, r.stripe_refund, r.status, r.amount, r.currency, p.stripe_payment_intent AS intent
     FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.stripe_refund IS NOT NULL`,
  );
  const ours = new Map(rows.map((row) => [String(row.stripe_refund), row as unknown as Facts & { id: string }]));
  const findings = state.refunds.flatMap((refund) => {
    const here = ours.get(refund.id);
    if (here === undefined) return [`B: Stripe has the refund ${refund.id}, and we have not`];
    const facts = (given: Facts) => [given.intent, given.status, given.amount, given.currency].join(' ');
    const there = facts(factsOf(refund));
    return facts(here) === there ? [] : [`B: ${here.id} is ${facts(here)} here, and ${there} at Stripe`];
  });
  const theirs = new Set(state.refunds.map(({ id }) => id));
  const unknown = [...ours.keys()].filter((id) => !theirs.has(id));
  return [...findings, ...unknown.map((id) => `B: we have the refund ${id}, and Stripe has not`)];
}

function factsOf({ payment_intent: intent, status, amount, currency }: Stripe.Refund): Facts {
  return {
    intent: typeof intent === 'string' ? intent : '',
    status: status ?? '',
    amount: String(fromStripeAmount(amount, currency)),
    currency,
  };
}

/** D. Refunds that did not fail never exceed what was captured, on either side. */
async function withinCaptured(databaseUrl: string, state: SimulatorState): Promise<string[]> {
  const beyond = await query(
    databaseUrl,
    `SELECT p.id, p.captured, sum(r.amount) AS refunded FROM payments p JOIN refunds r ON r.payment_id = p.id
     WHERE r.status IN ('requested', 'approved', 'executing', 'unknown', 'pending', 'requires_action', 'succeeded')
     GROUP BY p.id HAVING sum(r.amount) > p.captured`,
  );
  const live = state.refunds.filter(({ status }) => status !== 'failed' && status !== 'canceled');
  const there = state.charges.filter(({ id, amount_captured: captured }) => {
    const sum = live.filter(({ charge }) => charge === id).reduce((total, { amount }) => total + amount, 0);
    return sum > captured;
  });
  return [
    ...beyond.map((row) => `D: refunded beyond what was captured here: ${JSON.stringify(row)}`),
    ...there.map(({ id }) => `D: ${id} is refunded beyond what was captured at Stripe`),
  ];
}

/** E. No refund is in doubt, or waits past its deadline, without being listed for a person. */
async function nothingInDoubt(databaseUrl: string): Promise<string[]> {
  const open = await query(
    databaseUrl,
    `SELECT id, status FROM refunds
     WHERE status IN ('approved', 'executing', 'unknown') AND attention IS NULL
       OR status = 'requested' AND expires_at < now() - interval '5 seconds'`,
  );
  return open.map((refund) => `E: the refund ${JSON.stringify(refund)} is left over`);
}

/** F. Whatever told of it and how often, each step of a refund happened once. */
async function eachOnce(databaseUrl: string): Promise<string[]> {
  const twice = await query(
    databaseUrl,
    `SELECT data->>'refund' AS refund, type, count(*) FROM domain_events
     WHERE type IN ('refund.requested', 'refund.mirrored', 'refund.succeeded', 'refund.failed', 'refund.canceled')
     GROUP BY 1, 2 HAVING count(*) > 1`,
  );
  const facts = await query(
    databaseUrl,
    // Waiting to be posted, or posted.
    `WITH told AS (SELECT kind, subject FROM ledger_facts UNION ALL SELECT kind, subject FROM ledger_transactions)
     SELECT r.id FROM refunds r
     WHERE (r.status = 'succeeded') <> (
       EXISTS (SELECT FROM told f WHERE f.kind = 'refund_succeeded' AND f.subject = r.id)
       AND NOT EXISTS (SELECT FROM told f WHERE f.kind = 'refund_reversed' AND f.subject = r.id))`,
  );
  return [
    ...twice.map((effect) => `F: ${JSON.stringify(effect)} took effect more than once`),
    ...facts.map(({ id }) => `F: the ledger was told something else of ${String(id)}`),
  ];
}
