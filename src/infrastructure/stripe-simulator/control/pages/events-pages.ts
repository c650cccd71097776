import type { Context } from '../../core/context';
import type { DeliveryRecord, EventRecord } from '../../core/records';
import { UI, type Page } from './layout';
import { markup, type Markup, type Piece } from './markup';
import { notFound, type PageRequest } from './page-request';
import {
  asJson,
  button,
  choice,
  code,
  dataTable,
  facts,
  further,
  instant,
  moment,
  newest,
  postForm,
  reference,
  section,
} from './parts';
import { sliceOf } from './slice';
import { deliveryState } from './words';

const DELIVERIES = `${UI}/deliveries`;
const STATES: readonly DeliveryRecord['status'][] = ['pending', 'delivered', 'failed', 'dropped'];

export function eventsTable(caption: string, events: readonly EventRecord[], empty: Piece): Markup {
  return dataTable({
    caption,
    columns: ['Event', 'Type', 'Object', 'Created', 'Endpoints that wait for it'],
    rows: events.map((event) => [
      reference(event.id),
      code(event.type),
      objectOf(event),
      moment(event.created),
      event.pending_webhooks,
    ]),
    empty,
  });
}

function objectOf({ data }: EventRecord): Piece {
  return 'id' in data.object && typeof data.object.id === 'string' ? reference(data.object.id) : null;
}

export function deliveriesTable(caption: string, deliveries: readonly DeliveryRecord[], empty: Piece): Markup {
  return dataTable({
    caption,
    columns: ['Event', 'Type', 'State', 'Tries', 'Last answer', 'Fault', 'Endpoint'],
    rows: deliveries.map((delivery) => [
      reference(delivery.event),
      code(delivery.event_type),
      deliveryState(delivery.status),
      delivery.tries.length,
      lastAnswer(delivery),
      delivery.fault?.kind ?? 'none',
      delivery.url,
    ]),
    empty,
  });
}

function lastAnswer({ tries }: DeliveryRecord): string {
  const last = tries.at(-1);
  return last === undefined ? 'not sent' : answered(last);
}

function answered({ status, error }: DeliveryRecord['tries'][number]): string {
  return status === null ? (error ?? 'no answer') : String(status);
}

export function eventsPage(ctx: Context, { query }: PageRequest): Page {
  const { rows, next } = sliceOf(ctx.tx.table('events'), { after: query.get('after') });
  return {
    title: 'Events',
    body: markup`${eventsTable('Events, the newest first', rows, 'There is none.')}
${further(`${UI}/events`, {}, next)}`,
  };
}

export function deliveriesPage(ctx: Context, { query }: PageRequest): Page {
  const state = STATES.find((status) => status === query.get('state'));
  const { rows, next } = sliceOf(ctx.tx.table('deliveries'), {
    after: query.get('after'),
    matches: ({ status }) => state === undefined || status === state,
  });
  const options = STATES.map((status) => [status, status] as const);
  return {
    title: 'Deliveries',
    body: markup`<form class="row" method="get" action="${DELIVERIES}">${choice({
      id: 'state',
      name: 'state',
      label: 'State',
      value: state ?? '',
      options: [['', 'all'], ...options],
    })}${button('Filter')}</form>
${deliveriesTable(state === undefined ? 'Deliveries, the newest first' : `Deliveries: ${state}`, rows, next === null ? 'There is none.' : 'None among the rows looked at; there are older ones.')}
${further(DELIVERIES, state === undefined ? {} : { state }, next)}`,
  };
}

export function eventPage(ctx: Context, { values: { id = '' } }: PageRequest): Page {
  const event = ctx.tx.get('events', id);
  if (event === undefined) throw notFound('event', id);
  const deliveries = ctx.tx.where('deliveries', 'event', id);
  const resend = postForm({ action: `${UI}/events/${id}/resend`, body: button('Send again to every endpoint') });
  return {
    title: `Event ${event.type} (${id})`,
    body: markup`${facts([
      ['Id', code(event.id)],
      ['Object', objectOf(event)],
      ['Created', moment(event.created)],
      ['Request', event.request.id],
      ['Idempotency key', event.request.idempotency_key],
      ['API version', event.api_version],
      ['Endpoints that wait for it', event.pending_webhooks],
    ])}
${section('Deliveries', markup`${deliveries.length === 0 ? markup`<p>No endpoint listened to it.</p>` : newest(deliveries).map(deliveryDetails)}${resend}`)}
${section('The event itself', asJson('JSON', event))}`,
  };
}

function deliveryDetails(delivery: DeliveryRecord): Markup {
  const tries = newest(delivery.tries);
  const first = delivery.tries.length - tries.length + 1;
  return markup`<h3>To ${delivery.url}</h3>
<p>${deliveryState(delivery.status)}${delivery.fault === null ? null : markup`, struck by the fault ${code(delivery.fault.kind)}`}</p>
${dataTable({
  caption: `Tries to deliver to ${delivery.url}`,
  columns: ['Try', 'At', 'Took', 'Answer', 'What the endpoint wrote'],
  rows: tries.map((attempt, at) => [
    first + at,
    instant(new Date(attempt.at)),
    `${attempt.durationMs} ms`,
    answered(attempt),
    attempt.answer,
  ]),
  empty: 'Not sent yet.',
})}`;
}
