import { invalidRequest, resourceMissing } from '../core/errors';
import type { Context } from '../core/context';
import { newId, newWebhookSecret } from '../core/ids';
import { listOf, listShape } from '../core/lists';
import type { WebhookEndpointRecord } from '../core/records';
import { ok, route, type Route } from '../core/router';
import { arrayOf, clearable, flag, mergeMetadata, metadata, oneOf, text } from '../core/schema';
import type Stripe from 'stripe';
import { isApiVersion } from '../versions/api-versions';
import { EVENT_TYPE_NAMES } from './event-types';

const PATH = '/v1/webhook_endpoints';

export interface NewWebhookEndpoint {
  url: string;
  secret: string;
  enabledEvents: string[];
  apiVersion?: string;
  description?: string;
  metadata?: Record<string, string>;
}

export function newWebhookEndpoint(ctx: Context, details: NewWebhookEndpoint): WebhookEndpointRecord {
  const endpoint: WebhookEndpointRecord = {
    id: newId('we'),
    object: 'webhook_endpoint',
    api_version: details.apiVersion ?? null,
    application: null,
    created: ctx.clock.now(),
    description: details.description ?? null,
    enabled_events: details.enabledEvents,
    livemode: false,
    metadata: details.metadata ?? {},
    secret: details.secret,
    status: 'enabled',
    url: details.url,
  };
  ctx.tx.put('webhook_endpoints', endpoint);
  return endpoint;
}

/** The secret is shown once, in the answer that made it. */
function withoutSecret(endpoint: WebhookEndpointRecord): Stripe.WebhookEndpoint {
  const { secret: _secret, old_secrets: _old, ...shown } = endpoint;
  return shown;
}

/** A new secret, beside which the old one signs until it expires; what Stripe's dashboard calls rolling it. */
export function rollSecret(ctx: Context, id: string, expiresInSeconds: number): WebhookEndpointRecord {
  const endpoint = find(ctx, id);
  const nowMs = ctx.clock.nowMs();
  const live = (endpoint.old_secrets ?? []).filter(({ expiresMs }) => expiresMs > nowMs);
  const rolled = { secret: endpoint.secret, expiresMs: nowMs + expiresInSeconds * 1000 };
  const changed: WebhookEndpointRecord = {
    ...endpoint,
    secret: newWebhookSecret(),
    old_secrets: expiresInSeconds === 0 ? live : [rolled, ...live],
  };
  ctx.tx.put('webhook_endpoints', changed);
  return changed;
}

function find(ctx: Context, id: string): WebhookEndpointRecord {
  const found = ctx.tx.get('webhook_endpoints', id);
  if (found === undefined) throw resourceMissing('webhook endpoint', id, 'id');
  return found;
}

function checkUrl(url: string): void {
  if (URL_PATTERN.test(url) && URL.canParse(url)) return;
  throw invalidRequest('Invalid URL: An explicit scheme (such as https) must be provided.', {
    code: 'url_invalid',
    param: 'url',
  });
}

function checkEvents(types: readonly string[]): void {
  if (types.length === 0) throw invalidRequest('Invalid array', { param: 'enabled_events' });
}

function checkVersion(version: string): void {
  if (isApiVersion(version)) return;
  throw invalidRequest(`Invalid Stripe API version: ${version}`, { param: 'api_version' });
}

const eventTypes = arrayOf(oneOf(...EVENT_TYPE_NAMES));
const URL_PATTERN = /^https?:\/\/\S+$/;

export const webhookEndpointRoutes: readonly Route[] = [
  route('POST', PATH, {
    shape: {
      url: text(),
      enabled_events: eventTypes,
      api_version: text(),
      description: clearable(text()),
      metadata,
      connect: flag,
    },
    required: ['url', 'enabled_events'],
    check({ url, enabled_events: types, api_version: version }) {
      checkUrl(url);
      checkEvents(types);
      if (version !== undefined) checkVersion(version);
    },
    handle(ctx, params) {
      return ok(
        newWebhookEndpoint(ctx, {
          url: params.url,
          secret: newWebhookSecret(),
          enabledEvents: params.enabled_events,
          ...(params.api_version === undefined ? {} : { apiVersion: params.api_version }),
          ...(typeof params.description === 'string' ? { description: params.description } : {}),
          metadata: mergeMetadata({}, params.metadata ?? null),
        }),
      );
    },
  }),
  route('GET', PATH, {
    shape: listShape,
    handle(ctx, params) {
      const page = listOf(ctx, 'webhook_endpoints', params, { url: PATH });
      return ok({ ...page, data: page.data.map(withoutSecret) });
    },
  }),
  route('GET', `${PATH}/:id`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(withoutSecret(find(ctx, id))),
  }),
  route('POST', `${PATH}/:id`, {
    shape: {
      url: text(),
      enabled_events: eventTypes,
      disabled: flag,
      description: clearable(text()),
      metadata,
    },
    check({ url, enabled_events: types }) {
      if (url !== undefined) checkUrl(url);
      if (types !== undefined) checkEvents(types);
    },
    handle(ctx, params, { id = '' }) {
      const endpoint = find(ctx, id);
      const { url = endpoint.url, enabled_events: types = endpoint.enabled_events } = params;
      const changed: WebhookEndpointRecord = {
        ...endpoint,
        url,
        enabled_events: types,
        status: params.disabled === undefined ? endpoint.status : params.disabled ? 'disabled' : 'enabled',
        description: params.description === undefined ? endpoint.description : params.description,
        metadata: params.metadata === undefined ? endpoint.metadata : mergeMetadata(endpoint.metadata, params.metadata),
      };
      ctx.tx.put('webhook_endpoints', changed);
      return ok(withoutSecret(changed));
    },
  }),
  route('DELETE', `${PATH}/:id`, {
    shape: {},
    handle(ctx, _params, { id = '' }) {
      find(ctx, id);
      ctx.tx.delete('webhook_endpoints', id);
      return ok({ id, object: 'webhook_endpoint', deleted: true });
    },
  }),
];
