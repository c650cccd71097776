import type { KnownEvent } from '../../application/webhook/webhook-inbox';

/** As `subjectOf` says it; there is an index of it over what waits. */
export function subjectIn(row: string): string {
  return `coalesce(${row}.stripe_payment_intent, nullif(${row}.object_id, ''), ${row}.id)`;
}

/** What is known of an event without its payload. */
export const EVENT_COLUMNS =
  'id, type, api_version, livemode, created_at, object_type, object_id, stripe_payment_intent, stripe_request';

export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly api_version: string | null;
  readonly livemode: boolean;
  readonly created_at: Date;
  readonly object_type: string;
  readonly object_id: string;
  readonly stripe_payment_intent: string | null;
  readonly stripe_request: string | null;
}

export function eventIn(row: EventRow): KnownEvent {
  return {
    id: row.id,
    type: row.type,
    apiVersion: row.api_version,
    livemode: row.livemode,
    account: null,
    created: row.created_at,
    objectType: row.object_type,
    objectId: row.object_id,
    intent: row.stripe_payment_intent,
    stripeRequest: row.stripe_request,
  };
}
