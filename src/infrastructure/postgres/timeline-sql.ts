import type { TimelineEntry, TimelineKind } from '../../application/payment/payment-queries';
import type { Cipher } from '../../application/shared/cipher';
import type { AttemptRequest } from '../../domain/payment/attempt';
import { openAsked } from './attempt-row';

/** What happened, by when it was recorded: the order in which Cashdesk learned of it. */
export const TIMELINE = `
SELECT * FROM (
  SELECT coalesce(a.first_sent_at, a.created_at) AS at, 0 AS rank, 0::bigint AS place, 'attempt' AS kind,
    CASE WHEN a.origin = 'client' THEN 'paid through Stripe.js' ELSE a.operation || ' sent' END AS what,
    coalesce(a.actor, a.origin) AS cause, a.id,
    jsonb_build_object('request', a.request, 'asked', a.asked, 'idempotencyKey', a.idempotency_key) AS data
  FROM attempts a WHERE a.payment_id = $1
  UNION ALL
  SELECT a.settled_at, 1, 0, 'attempt_settled', coalesce(a.operation, 'client') || ' ' || a.state, 'attempt:' || a.id, a.id,
    jsonb_build_object('state', a.state, 'charge', a.stripe_charge, 'code', a.code, 'declineCode', a.decline_code,
      'message', a.message, 'riskScore', a.risk_score, 'riskLevel', a.risk_level, 'stripeRequest', a.stripe_request)
  FROM attempts a WHERE a.payment_id = $1 AND a.settled_at IS NOT NULL
  UNION ALL
  SELECT a.doubted_at, 1, 0, 'attempt_in_doubt', a.operation || ' in doubt', 'attempt:' || a.id,
    a.id, jsonb_build_object('doubt', a.doubt, 'message', a.doubted_why, 'checks', a.checks,
      'nextCheckAt', a.next_check_at, 'handedOver', a.handed_over_reason)
  FROM attempts a WHERE a.payment_id = $1 AND a.doubted_at IS NOT NULL
  UNION ALL
  SELECT e.occurred_at, 2, e.id, 'event', e.type, e.cause, e.id::text, e.data FROM domain_events e WHERE e.payment_id = $1
  UNION ALL
  SELECT w.received_at, 3, 0, 'webhook', w.type, 'stripe', w.id,
    jsonb_build_object('status', w.status, 'object', w.object_id, 'deliveries', w.deliveries, 'note', w.note)
  FROM webhook_events w WHERE w.payment_id = $1
) entries ORDER BY at, rank, place, id`;

export interface TimelineRow {
  readonly at: Date;
  readonly kind: TimelineKind;
  readonly what: string;
  readonly cause: string;
  readonly id: string;
  readonly data: Record<string, unknown>;
}

/** @throws SealBroken */
export function toEntry({ at, kind, what, cause, id, data }: TimelineRow, cipher: Cipher): TimelineEntry {
  return { at: at.toISOString(), kind, what, cause, id, data: kind === 'attempt' ? opened(id, data, cipher) : data };
}

function opened(id: string, data: Record<string, unknown>, cipher: Cipher): Record<string, unknown> {
  const { asked, request, ...rest } = data as { asked: string | null; request: AttemptRequest | null };
  return { request: openAsked(cipher, id, asked, request), ...rest };
}
