import type { StripeEvent } from '../../application/webhook/webhook-inbox';

/** Null for what is no event of Stripe's. */
export function stripeEventIn(payload: string): StripeEvent | null {
  const event = asEvent(payload);
  if (event === null) return null;
  const object = event.data.object;
  return {
    id: event.id,
    type: event.type,
    apiVersion: event.api_version ?? null,
    livemode: event.livemode,
    account: event.account ?? null,
    created: new Date(event.created * 1_000),
    objectType: String(object.object),
    objectId: typeof object.id === 'string' ? object.id : '',
    intent: intentOf(object),
    stripeRequest: requestOf(event),
    payload,
  };
}

interface EventShape {
  readonly id: string;
  readonly object: 'event';
  readonly type: string;
  readonly api_version?: string | null;
  readonly livemode: boolean;
  readonly account?: string | null;
  readonly created: number;
  /** An id alone in versions before 2017-05-25. */
  readonly request?: string | { readonly id?: unknown } | null;
  readonly data: { readonly object: Readonly<Record<string, unknown>> };
}

function asEvent(payload: string): EventShape | null {
  let event: Partial<EventShape> | null;
  try {
    event = JSON.parse(payload) as Partial<EventShape> | null;
  } catch {
    return null;
  }
  const sound =
    event?.object === 'event' &&
    typeof event.id === 'string' &&
    /^evt_\w{1,250}$/.test(event.id) &&
    typeof event.type === 'string' &&
    typeof event.livemode === 'boolean' &&
    Number.isSafeInteger(event.created) &&
    typeof event.data?.object === 'object' &&
    (event.data.object as unknown) !== null;
  return sound ? (event as EventShape) : null;
}

/** Ids are the same in every API version; nothing else is taken from the payload. */
function intentOf(object: Readonly<Record<string, unknown>>): string | null {
  if (object.object === 'payment_intent') return typeof object.id === 'string' ? object.id : null;
  const reference = object.payment_intent;
  if (typeof reference === 'string') return reference;
  const id = (reference as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' ? id : null;
}

function requestOf({ request }: EventShape): string | null {
  const id = typeof request === 'string' ? request : request?.id;
  return typeof id === 'string' && /^req_\w{1,250}$/.test(id) ? id : null;
}
