import { ControlError, done, type ControlParts, type ControlRequest, type ControlRoute } from './control-route';
import { NO_REQUEST } from '../core/engine';
import { json } from '../core/http';
import type { DeliveryRecord } from '../core/records';
import { rollSecret } from '../webhooks/webhook-endpoints';

const LONGEST_OVERLAP = 86_400;
const MOST_COPIES = 10_000;

export function webhookRoutes(parts: ControlParts): ControlRoute[] {
  const { dispatcher, engine } = parts;
  return [
    {
      method: 'GET',
      path: '/deliveries',
      does: 'lists the deliveries of events with each try: its time, duration, status and answer',
      asks: ['event', 'endpoint', 'status', 'type'],
      handle: ({ query }) => json(200, deliveries(parts, query)),
    },
    {
      method: 'POST',
      path: '/webhooks/pause',
      does: 'holds all deliveries back',
      handle: () => done(() => dispatcher.pause()),
    },
    {
      method: 'POST',
      path: '/webhooks/resume',
      does: 'lets deliveries go on',
      handle: () => done(() => dispatcher.resume()),
    },
    {
      method: 'POST',
      path: '/webhooks/resend',
      does: "sends an event again, as Stripe's dashboard does: to all endpoints or one, and as often as asked",
      takes: ['event', 'endpoint', 'times'],
      handle: async (request) => json(200, { answers: await resend(parts, request) }),
    },
    {
      method: 'POST',
      path: '/webhook_endpoints/:id/roll_secret',
      does: "gives an endpoint a new secret; the old one signs along for 'expiresInSeconds' (a day)",
      takes: ['expiresInSeconds'],
      handle({ values: { id = '' }, input: { expiresInSeconds = LONGEST_OVERLAP } }) {
        const seconds = wholeNumber('expiresInSeconds', expiresInSeconds, 0, LONGEST_OVERLAP);
        const { result } = engine.execute(NO_REQUEST, (ctx) => rollSecret(ctx, id, seconds));
        return json(200, result);
      },
    },
  ];
}

function deliveries({ engine }: ControlParts, query: URLSearchParams): DeliveryRecord[] {
  const table = engine.parts.store.table('deliveries');
  const event = query.get('event');
  const rows = event === null ? [...table.values()] : table.where('event', event);
  const wanted = (name: string, value: string): boolean => (query.get(name) ?? value) === value;
  return rows.filter(
    (row) => wanted('endpoint', row.endpoint) && wanted('status', row.status) && wanted('type', row.event_type),
  );
}

function resend({ dispatcher, engine }: ControlParts, { input }: ControlRequest): Promise<(number | string)[]> {
  const { event, endpoint = null, times = 1 } = input;
  const { store } = engine.parts;
  const found = typeof event === 'string' ? store.get('events', event) : undefined;
  if (found === undefined) throw new ControlError(`No such event: ${JSON.stringify(event ?? null)}.`, 404);
  if (endpoint !== null && (typeof endpoint !== 'string' || store.get('webhook_endpoints', endpoint) === undefined)) {
    throw new ControlError(`No such webhook endpoint: ${JSON.stringify(endpoint)}.`, 404);
  }
  return dispatcher.resend(found, wholeNumber('times', times, 1, MOST_COPIES), endpoint);
}

function wholeNumber(name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new ControlError(`'${name}' is a whole number from ${String(least)} to ${String(most)}.`);
}
