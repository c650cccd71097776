import { fromStripeAmount } from '../../../src/infrastructure/stripe/stripe-amount';
import { query } from '../query';
import type { SimulatorState } from '../simulator-control';
import { eventually } from '../running-service';
import { Tally } from './tally';

const IN_DOUBT = `
  SELECT 'the attempt ' || id || ' (' || operation || ') is ' || state AS what FROM attempts
    WHERE state IN ('prepared', 'sent', 'unknown') AND handed_over_at IS NULL AND doubt IS DISTINCT FROM 'server_error'
  UNION ALL SELECT 'the refund ' || id || ' is ' || status FROM refunds
    WHERE status IN ('approved', 'executing', 'unknown') AND attention IS NULL AND doubt IS DISTINCT FROM 'server_error'
  UNION ALL SELECT 'the submission ' || id || ' is ' || state FROM dispute_submissions
    WHERE settled_at IS NULL AND handed_over_at IS NULL AND doubt IS DISTINCT FROM 'server_error'`;

/** What is in doubt after so many milliseconds, though it was no 500, of which nobody can find out anything for a while. */
export async function inDoubtAfter(databaseUrl: string, within: number): Promise<string[]> {
  let left: string[] = [];
  await eventually(async () => {
    left = (await query(databaseUrl, IN_DOUBT)).map(({ what }) => `E: ${String(what)} ${within} ms after the storm`);
    if (left.length > 0) throw new Error('not yet');
  }, within).catch(() => undefined);
  return left;
}

/**
 * Two hours, for what waits: answers of 500 that nobody can find out about are listed for a person after one, and what
 * no event told of is looked at again.
 */
const PASSED = `
  UPDATE attempts SET first_sent_at = first_sent_at - interval '2 hours', next_check_at = now()
    WHERE next_check_at IS NOT NULL;
  UPDATE refunds SET first_sent_at = first_sent_at - interval '2 hours', next_check_at = now()
    WHERE next_check_at IS NOT NULL;
  UPDATE setups SET first_sent_at = first_sent_at - interval '2 hours', check_due_at = now()
    WHERE check_due_at IS NOT NULL;
  UPDATE payment_methods SET check_due_at = now() WHERE check_due_at IS NOT NULL;
  UPDATE dispute_submissions SET first_sent_at = first_sent_at - interval '2 hours', check_due_at = now()
    WHERE check_due_at IS NOT NULL;
  UPDATE disputes SET check_due_at = now() WHERE check_due_at IS NOT NULL;
  UPDATE dispute_listing SET due_at = now()`;

export async function letHoursPass(databaseUrl: string): Promise<void> {
  await query(databaseUrl, PASSED);
}

type Row = (number | string)[];

/** What a storm counted. */
interface Counts {
  readonly shop: { readonly did: Tally; readonly answers: Tally };
  readonly begun: Tally;
  readonly struck: Tally;
  readonly promises: { readonly count: number };
  readonly settledAfter: number;
}

export function tableOf(counts: Counts, state: SimulatorState, findings: readonly string[]): Row[] {
  const { shop, begun, struck, promises } = counts;
  return [
    ['operations', '', shop.did.sum],
    ...shop.did.rows.map(([what, times]): Row => ['', what, times]),
    ['answers to the shop', '', shop.answers.sum],
    ...shop.answers.rows.map(([what, times]): Row => ['', what, times]),
    ['faults injected', '', begun.sum],
    ...begun.rows.map(([what, times]): Row => ['', what, times, `met ${String(struck.of(what))} times`]),
    ['promises to the shop', '', promises.count],
    ['settled after the storm', 'milliseconds', counts.settledAfter],
    ...moneyOf(state),
    ['differences found', '', findings.length],
  ];
}

function moneyOf(state: SimulatorState): Row[] {
  const [taken, given] = [new Tally(), new Tally()];
  const charges = state.charges.filter(({ status, captured }) => status === 'succeeded' && captured);
  for (const { amount_captured: amount, currency } of charges) taken.add(currency, fromStripeAmount(amount, currency));
  for (const { amount, currency, status } of state.refunds) {
    if (status === 'succeeded' || status === 'pending') given.add(currency, fromStripeAmount(amount, currency));
  }
  return [
    ['charges made', '', charges.length],
    ...taken.rows.map(([currency, amount]): Row => ['money in', currency, amount]),
    ...given.rows.map(([currency, amount]): Row => ['money out', currency, amount]),
  ];
}
