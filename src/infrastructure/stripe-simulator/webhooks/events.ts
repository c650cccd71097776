import { invalidRequest, resourceMissing } from '../core/errors';
import { listOf, listShape } from '../core/lists';
import { present } from '../core/present';
import { ok, route, type Route } from '../core/router';
import { arrayOf, flag, text } from '../core/schema';
import { isKept } from './event-age';

const URL = '/v1/events';

export const eventRoutes: readonly Route[] = [
  route('GET', URL, {
    shape: { ...listShape, type: text(), types: arrayOf(text()), delivery_success: flag },
    check({ type, types }) {
      if (type !== undefined && types !== undefined) {
        throw invalidRequest('You may only specify one of these parameters: type, types.', {
          code: 'parameters_exclusive',
        });
      }
      if (types !== undefined && types.length > 20) {
        throw invalidRequest('You may specify at most 20 types.', { param: 'types' });
      }
    },
    handle(ctx, params) {
      const now = ctx.clock.now();
      return ok(
        listOf(ctx, 'events', params, {
          url: URL,
          matches: (event) =>
            isKept(event, now) &&
            (params.type === undefined || matchesType(params.type, event.type)) &&
            (params.types === undefined || params.types.some((type) => matchesType(type, event.type))) &&
            (params.delivery_success === undefined || params.delivery_success === (event.pending_webhooks === 0)),
        }),
      );
    },
  }),
  route('GET', `${URL}/:id`, {
    shape: {},
    handle(ctx, _params, { id = '' }) {
      const found = ctx.tx.get('events', id);
      if (found === undefined || !isKept(found, ctx.clock.now())) throw resourceMissing('event', id, 'id');
      return ok(present(ctx, 'events', found));
    },
  }),
];

/** `charge.*` stands for all events of a charge. */
function matchesType(wanted: string, type: string): boolean {
  return wanted.endsWith('.*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}
