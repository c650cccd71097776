import { chargeFactOf } from '../../application/payment/charge-fact';
import type { Cipher } from '../../application/shared/cipher';
import type { Payment } from '../../domain/payment/payment';
import { seal } from './payment-row';

/** What a statement is given of each changed payment, by `changeOf`: all that observing it may change. */
export const CHANGE = `id text, version integer, status text, capturable bigint, captured bigint, payment_method text,
  intent text, charge text, client_secret text, next_action jsonb, redirect_url text, failure jsonb,
  cancellation_reason text, attention text, refresh_due_at timestamptz, updated_at timestamptz, events jsonb,
  fact_kind text, fact_amount bigint, fact_at timestamptz, fact_cause text`;

/** Of what is given as `given`: those payments that are still in this version, locked. */
export const LOCKED = `LATERAL (SELECT id FROM payments WHERE id = given.id AND version = given.version FOR UPDATE) payment`;

/**
 * The payments changed, what the ledger has to know of it, and the events. Of two changes of one payment one is made.
 *
 * The plan is kept from when the tables may have been empty: the arrays see to it that rows are found by their ids.
 * @param given the name of a query of locked payments, with the columns of CHANGE.
 */
export function changesOf(given: string): string {
  return `payment AS (
  UPDATE payments p SET status = g.status, capturable = g.capturable, captured = g.captured,
    payment_method = g.payment_method, stripe_payment_intent = g.intent, stripe_charge = g.charge,
    client_secret = g.client_secret, next_action = g.next_action, redirect_url = g.redirect_url, failure = g.failure,
    cancellation_reason = g.cancellation_reason, attention = g.attention, refresh_due_at = g.refresh_due_at,
    updated_at = g.updated_at, version = p.version + 1
  FROM ${given} g WHERE p.id = ANY (ARRAY(SELECT id FROM ${given})) AND p.id = g.id
  RETURNING p.stripe_account, p.livemode, p.currency, g.*
), fact AS (
  INSERT INTO ledger_facts (kind, subject, stripe_account, livemode, payment_id, amount, currency, occurred_at, cause)
  SELECT fact_kind, id, stripe_account, livemode, id, fact_amount, currency, fact_at, fact_cause
  FROM payment WHERE fact_kind IS NOT NULL
  ON CONFLICT (kind, subject) DO NOTHING
), event AS (
  INSERT INTO domain_events (type, payment_id, cause, data, occurred_at)
  SELECT each->>'type', payment.id, each->>'cause', each->'data', (each->>'at')::timestamptz
  FROM payment, jsonb_array_elements(events) WITH ORDINALITY of (each, place)
  ORDER BY payment.id, place
)`;
}

/** @param payment as changed since it was read, under the version that it had then. */
export function changeOf(payment: Payment, cipher: Cipher): object {
  const row = payment.snapshot();
  const fact = chargeFactOf(payment);
  return {
    id: row.id,
    version: row.version,
    status: row.status,
    capturable: row.capturable,
    captured: row.captured,
    payment_method: row.paymentMethod,
    intent: row.intent,
    charge: row.charge,
    client_secret: seal(cipher, 'client_secret', row.id, row.clientSecret),
    next_action: row.nextAction,
    redirect_url: seal(cipher, 'redirect_url', row.id, row.redirectUrl),
    failure: row.failure,
    cancellation_reason: row.cancellationReason,
    attention: row.attention,
    refresh_due_at: row.refreshDueAt,
    updated_at: row.updatedAt,
    events: payment.events,
    fact_kind: fact?.kind,
    fact_at: fact?.at,
    fact_amount: fact?.amount.amount,
    fact_cause: fact?.cause,
  };
}
