import { invalidRequest, resourceMissing } from '../core/errors';
import type { Context } from '../core/context';
import { newId, newWebhookSecret } from '../core/ids';
import { listOf, listShape } from '../core/lists';
import type { WebhookEndpointRecord } from '../core/records';
import { ok, route, type Route } from '../core/router';
import { arrayOf, flag, mergeMetadata, metadata, text } from '../core/schema';
import type Stripe from 'stripe';

const URL = '/v1/webhook_endpoints';

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
  const { secret: _secret, ...shown } = endpoint;
  return shown;
}

function find(ctx: Context, id: string): WebhookEndpointRecord {
  const found = ctx.tx.get('webhook_endpoints', id);
  if (found === undefined) throw resourceMissing('webhook endpoint', id, 'id');
  return found;
}

export const webhookEndpointRoutes: readonly Route[] = [
  route('POST', URL, {
    shape: {
      url: text(),
      enabled_events: arrayOf(text()),
      api_version: text(),
      description: text(),
      metadata,
      connect: flag,
    },
    required: ['url', 'enabled_events'],
    handle(ctx, params) {
      if (!URL_PATTERN.test(params.url)) {
        throw invalidRequest('Invalid URL: URL must be a valid http or https address.', {
          code: 'url_invalid',
          param: 'url',
        });
      }
      return ok(
        newWebhookEndpoint(ctx, {
          url: params.url,
          secret: newWebhookSecret(),
          enabledEvents: params.enabled_events,
          ...(params.api_version === undefined ? {} : { apiVersion: params.api_version }),
          ...(params.description === undefined ? {} : { description: params.description }),
          metadata: mergeMetadata({}, params.metadata ?? null),
        }),
      );
    },
  }),
  route('GET', URL, {
    shape: listShape,
    handle(ctx, params) {
      const page = listOf(ctx, 'webhook_endpoints', params, { url: URL });
      return ok({ ...page, data: page.data.map(withoutSecret) });
    },
  }),
  route('GET', `${URL}/:id`, {
    shape: {},
    handle: (ctx, _params, { id = '' }) => ok(withoutSecret(find(ctx, id))),
  }),
  route('DELETE', `${URL}/:id`, {
    shape: {},
    handle(ctx, _params, { id = '' }) {
      find(ctx, id);
      ctx.tx.delete('webhook_endpoints', id);
      return ok({ id, object: 'webhook_endpoint', deleted: true });
    },
  }),
];

const URL_PATTERN = /^https?:\/\/\S+$/;
