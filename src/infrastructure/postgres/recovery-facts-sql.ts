import type { RecoveryKind } from '../../application/recovery/recovery-queries';
import { REPEATABLE_FOR, UNDER_WAY_FOR } from '../../domain/payment/settlement';

const seconds = (milliseconds: number) => `interval '${String(milliseconds / 1_000)} seconds'`;
const REPEATABLE = seconds(REPEATABLE_FOR);
const UNDER_WAY = seconds(UNDER_WAY_FOR);

/** Of each kind all that is known of one, and from when on a person may state that it had no effect. */
export const FACTS: Readonly<Record<RecoveryKind, string>> = {
  attempt: `
SELECT jsonb_build_object('operation', a.operation, 'origin', a.origin, 'askedBy', a.actor, 'asked', a.asked,
    'idempotencyKey', a.idempotency_key, 'intent', p.stripe_payment_intent, 'paymentStatus', p.status,
    'createdAt', a.created_at, 'firstSentAt', a.first_sent_at, 'doubt', a.doubt, 'doubtedAt', a.doubted_at,
    'firstAnswer', a.doubted_why, 'lastAnswer', a.message, 'stripeRequest', a.stripe_request, 'handedOverAt', a.handed_over_at,
    'lookedAt', CASE WHEN p.stripe_payment_intent IS NOT NULL THEN 'by reading the intent'
      WHEN a.doubt = 'server_error' OR a.first_sent_at <= now() - ${REPEATABLE} THEN 'by the complete list of that time'
      ELSE 'by the list of that time, then by the same request under the same key' END) AS facts,
  CASE WHEN a.doubt = 'server_error' THEN a.first_sent_at
    WHEN a.operation IN ('create', 'confirm')
      THEN greatest(a.first_sent_at, least(p.expires_at, a.first_sent_at + ${REPEATABLE}))
    ELSE a.first_sent_at + ${REPEATABLE} END + ${UNDER_WAY} AS "from"
FROM attempts a JOIN payments p ON p.id = a.payment_id WHERE a.id = $1`,
  payment: `
SELECT jsonb_build_object('intent', stripe_payment_intent, 'charge', stripe_charge, 'reference', reference,
    'createdAt', created_at, 'updatedAt', updated_at) AS facts, NULL::timestamptz AS "from"
FROM payments WHERE id = $1`,
  refund: `
SELECT jsonb_build_object('idempotencyKey', 'cashdesk-' || r.id, 'intent', p.stripe_payment_intent,
    'askedBy', r.requested_by, 'refund', r.stripe_refund, 'pendingReason', r.pending_reason, 'createdAt', r.created_at,
    'firstSentAt', r.first_sent_at, 'doubt', r.doubt, 'lookedAt', 'by the complete list of the refunds of its payment') AS facts,
  CASE WHEN r.status = 'unknown' THEN r.first_sent_at + ${UNDER_WAY}
    + CASE WHEN r.doubt = 'server_error' THEN interval '0' ELSE ${REPEATABLE} END END AS "from"
FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.id = $1`,
  setup: `
SELECT jsonb_build_object('idempotencyKey', 'cashdesk-' || s.id, 'stripeCustomer', c.stripe_customer, 'usage', s.usage,
    'firstSentAt', s.first_sent_at, 'handedOverAt', s.handed_over_at,
    'lookedAt', 'by the same request under the same key, then by the complete list of its customer') AS facts,
  s.first_sent_at + ${REPEATABLE} AS "from"
FROM setups s JOIN customers c ON c.id = s.customer_id WHERE s.id = $1`,
  submission: `
SELECT jsonb_build_object('idempotencyKey', 'cashdesk-' || e.id, 'submittedBy', e.actor, 'createdAt', e.created_at,
    'firstSentAt', e.first_sent_at, 'lastSentAt', e.last_sent_at, 'doubt', e.doubt, 'handedOverAt', e.handed_over_at,
    'dueBy', d.due_by, 'lookedAt', 'by reading the dispute') AS facts,
  CASE WHEN e.first_sent_at IS NOT NULL THEN greatest(e.last_sent_at,
    CASE WHEN e.doubt = 'server_error' THEN e.first_sent_at ELSE e.first_sent_at + ${REPEATABLE} END) + ${UNDER_WAY} END AS "from"
FROM dispute_submissions e JOIN disputes d ON d.id = e.dispute_id WHERE e.id = $1`,
  customer: `
SELECT jsonb_build_object('stripeCustomer', stripe_customer, 'revision', revision, 'stripeRevision', stripe_revision,
    'createdAt', created_at, 'lookedAt', 'by telling Stripe again') AS facts, NULL::timestamptz AS "from"
FROM customers WHERE id = $1`,
};
