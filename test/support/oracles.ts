import type Stripe from 'stripe';
import { fromStripeAmount } from '../../src/infrastructure/stripe/stripe-amount';
import { auditChainVerifies } from './audit-oracle';
import { disputesAgreeWithStripe } from './dispute-oracle';
import { ledgerAgrees } from './ledger-oracle';
import { overOneConnection, query } from './query';
import { refundFindings } from './refund-oracles';
import { eventually } from './running-service';
import { sagaFindings } from './saga-oracle';
import type { SimulatorControl, SimulatorState } from './simulator-control';

interface PaymentFacts {
  readonly id: string;
  readonly status: string;
  readonly amount: string;
  readonly currency: string;
  readonly captured: string;
  readonly intent: string | null;
  readonly reference: string;
  readonly purpose: string;
  readonly another: boolean;
}

const PAYMENTS = `SELECT id, status, amount, currency, captured, stripe_payment_intent AS intent, reference, purpose,
  allow_another AS another FROM payments`;

/**
 * What must hold after everything, whatever happened before. Compares the database with all that the simulated Stripe
 * knows, once nothing is under way any more; what stays under way is a finding.
 */
export async function assertOracles(databaseUrl: string, simulator: SimulatorControl): Promise<void> {
  expect(await findingsOnceSettled(databaseUrl, simulator)).toEqual([]);
}

/** What still differs when nothing more is to be expected. @param patience in milliseconds. */
export async function findingsOnceSettled(
  databaseUrl: string,
  simulator: SimulatorControl,
  patience = 25_000,
): Promise<string[]> {
  let findings: string[] = [];
  await eventually(async () => {
    findings = await overOneConnection(databaseUrl, () => audit(databaseUrl, simulator));
    if (findings.length > 0) throw new Error('not yet');
  }, patience).catch(() => undefined);
  return [...findings, ...(await auditChainVerifies(databaseUrl))];
}

async function audit(databaseUrl: string, simulator: SimulatorControl): Promise<string[]> {
  const state = await simulator.state();
  const payments = (await query(databaseUrl, PAYMENTS)) as unknown as PaymentFacts[];
  return [
    ...chargedOnce(payments, state),
    ...agreesWithStripe(payments, state),
    ...(await cardsAgreeWithStripe(databaseUrl, state)),
    ...(await refundFindings(databaseUrl, state)),
    ...(await sagaFindings(databaseUrl)),
    ...(await disputesAgreeWithStripe(databaseUrl, state)),
    ...(await ledgerAgrees(databaseUrl, state)),
    ...(await nothingInDoubt(databaseUrl)),
    ...(await eachEventOnce(databaseUrl, state)),
  ];
}

/** A. No reference and purpose has more than one successful charge, unless another was asked for. */
function chargedOnce(payments: PaymentFacts[], state: SimulatorState): string[] {
  const charged = new Map<string, string[]>();
  const findings: string[] = [];
  for (const charge of state.charges.filter(({ status, captured }) => status === 'succeeded' && captured)) {
    const payment = payments.find(({ intent }) => intent === charge.payment_intent);
    if (payment === undefined) findings.push(`A: ${charge.id} was charged for no payment of ours`);
    else if (!payment.another) {
      const what = `${payment.reference}/${payment.purpose}`;
      charged.set(what, [...(charged.get(what) ?? []), charge.id]);
    }
  }
  for (const [what, charges] of charged) {
    if (charges.length > 1)
      findings.push(`A: ${what} was charged ${String(charges.length)} times: ${charges.join(', ')}`);
  }
  return findings;
}

/** B. Our payments and Stripe's agree in number, status, amount and currency. */
function agreesWithStripe(payments: PaymentFacts[], state: SimulatorState): string[] {
  const ours = new Map(payments.filter(({ intent }) => intent !== null).map((payment) => [payment.intent, payment]));
  const findings = state.payment_intents.flatMap((intent) => differences(ours.get(intent.id), intent));
  const theirs = new Set(state.payment_intents.map(({ id }) => id));
  for (const payment of payments) {
    if (payment.intent !== null && !theirs.has(payment.intent))
      findings.push(`B: ${payment.id} has an intent that Stripe has not`);
  }
  return findings;
}

function differences(payment: PaymentFacts | undefined, intent: Stripe.PaymentIntent): string[] {
  if (payment === undefined) return [`B: Stripe has ${intent.id}, and we have not`];
  const there = {
    status: intent.status === 'requires_capture' ? 'authorized' : intent.status,
    amount: String(fromStripeAmount(intent.amount, intent.currency)),
    currency: intent.currency,
    captured: String(fromStripeAmount(intent.amount_received, intent.currency)),
  };
  const here = {
    status: payment.status,
    amount: payment.amount,
    currency: payment.currency,
    captured: payment.captured,
  };
  if (JSON.stringify(here) === JSON.stringify(there)) return [];
  return [`B: ${payment.id} is ${JSON.stringify(here)} here and ${JSON.stringify(there)} at Stripe`];
}

/** B. The setups and saved payment methods of our customers and Stripe's agree. */
async function cardsAgreeWithStripe(databaseUrl: string, state: SimulatorState): Promise<string[]> {
  const setups = await query(
    databaseUrl,
    'SELECT id, status, stripe_setup_intent AS intent FROM setups WHERE stripe_setup_intent IS NOT NULL',
  );
  const saved = await query(
    databaseUrl,
    `SELECT m.id, c.stripe_customer AS owner FROM payment_methods m JOIN customers c ON c.id = m.customer_id
     WHERE m.state <> 'detached'`,
  );
  const linked = await query(
    databaseUrl,
    'SELECT stripe_customer AS id FROM customers WHERE stripe_customer IS NOT NULL',
  );
  const ours = new Set(linked.map(({ id }) => id));
  const theirs = state.payment_methods.filter(({ customer }) => ours.has(customer));
  const made = state.setup_intents.filter(({ metadata }) => metadata?.cashdesk_setup !== undefined);
  return [
    ...differencesOf(
      saved.map(({ id, owner }) => `${String(id)} of ${String(owner)}`),
      theirs.map(({ id, customer }) => `${id} of ${typeof customer === 'string' ? customer : ''}`),
    ),
    ...differencesOf(
      setups.map(({ id, intent, status }) => `${String(id)} is ${String(intent)}, ${String(status)}`),
      made.map(({ id, status, metadata }) => `${String(metadata?.cashdesk_setup)} is ${id}, ${status}`),
    ),
  ];
}

function differencesOf(here: readonly string[], there: readonly string[]): string[] {
  return [
    ...here.filter((fact) => !there.includes(fact)).map((fact) => `B: ${fact} here, but not at Stripe`),
    ...there.filter((fact) => !here.includes(fact)).map((fact) => `B: ${fact} at Stripe, but not here`),
  ];
}

/** E. Nothing is left in doubt without being listed for a person. */
async function nothingInDoubt(databaseUrl: string): Promise<string[]> {
  const open = await query(
    databaseUrl,
    `SELECT id, payment_id, state FROM attempts WHERE state IN ('prepared', 'sent', 'unknown') AND handed_over_at IS NULL`,
  );
  const running = await query(
    databaseUrl,
    `SELECT key FROM idempotency_records r JOIN attempts a ON a.id = r.attempt_id
    WHERE r.state = 'running' AND a.state NOT IN ('prepared', 'sent', 'unknown', 'never_reached')`,
  );
  return [
    ...open.map((attempt) => `E: ${JSON.stringify(attempt)} is in doubt`),
    ...running.map(({ key }) => `E: the key ${String(key)} has no answer, though its attempt is settled`),
  ];
}

/** F. Every event is stored once and took effect once. */
async function eachEventOnce(databaseUrl: string, state: SimulatorState): Promise<string[]> {
  const stored = await query(databaseUrl, 'SELECT id, status FROM webhook_events');
  const waiting = stored.filter(({ status }) => status === 'received' || status === 'set_aside');
  const known = new Set(stored.map(({ id }) => id));
  const delivered = state.deliveries.filter(({ status }) => status === 'delivered').map(({ event }) => event);
  const pending = state.deliveries.filter(({ status }) => status === 'pending');
  const twice = await query(
    databaseUrl,
    `SELECT payment_id, type, count(*) FROM domain_events WHERE type IN ('payment.created', 'payment.succeeded',
       'payment.canceled', 'payment.failed', 'payment.authorized') GROUP BY 1, 2 HAVING count(*) > 1`,
  );
  return [
    ...waiting.map((event) => `F: ${JSON.stringify(event)} had no effect yet`),
    ...pending.map(({ event }) => `F: ${event} is not delivered yet`),
    ...delivered.filter((event) => !known.has(event)).map((event) => `F: ${event} was answered but not stored`),
    ...twice.map((effect) => `F: ${JSON.stringify(effect)} took effect more than once`),
  ];
}
