import type Stripe from 'stripe';
import { API_VERSION, type Context } from './context';
import { newId } from './ids';
import type { EventRecord, WebhookEndpointRecord } from './records';

/**
 * Tells the world what happened to an object, as it is now, then does what follows from it. Whoever emits has put all
 * that belongs to the happening before, and reads the object again after.
 */
export function emit(
  ctx: Context,
  type: Stripe.Event['type'],
  object: { id: string },
  previousAttributes?: object,
): void {
  announce(ctx, type, object, previousAttributes);
  for (const react of ctx.rules.reactions.get(type) ?? []) react(ctx, object.id);
}

/** For what has no id, and nothing can react to. */
export function announce(ctx: Context, type: Stripe.Event['type'], object: object, previousAttributes?: object): void {
  const endpoints = [...ctx.tx.table('webhook_endpoints').values()].filter((endpoint) => listens(endpoint, type));
  const fault = endpoints.length > 0 ? ctx.faults.strikeWebhook(type) : null;
  const times = fault?.kind === 'webhook_second_id' ? 2 : 1;
  for (let time = 0; time < times; time += 1) {
    const event: EventRecord = {
      id: newId('evt'),
      object: 'event',
      api_version: API_VERSION,
      created: ctx.clock.now(),
      data: { object, ...(previousAttributes === undefined ? {} : { previous_attributes: previousAttributes }) },
      livemode: false,
      pending_webhooks: endpoints.length,
      request: { id: ctx.origin.requestId, idempotency_key: ctx.origin.idempotencyKey },
      type,
      ...(ctx.testClock === null ? {} : { test_clock: ctx.testClock }),
    };
    ctx.tx.put('events', event);
    for (const endpoint of endpoints) {
      const id = newId('whd');
      ctx.tx.put('deliveries', {
        id,
        event: event.id,
        event_type: type,
        endpoint: endpoint.id,
        url: endpoint.url,
        status: fault?.kind === 'webhook_drop' ? 'dropped' : 'pending',
        tries: [],
        fault,
      });
      ctx.deliveries.push(id);
    }
  }
}

function listens(endpoint: WebhookEndpointRecord, type: string): boolean {
  return (
    endpoint.status === 'enabled' && (endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(type))
  );
}
