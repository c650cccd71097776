import { resourceMissing } from '../core/errors';
import { listOf, listShape } from '../core/lists';
import { ok, route, type Route } from '../core/router';
import { arrayOf, flag, text } from '../core/schema';

const URL = '/v1/events';
const KEPT_SECONDS = 30 * 86_400;

export const eventRoutes: readonly Route[] = [
  route('GET', URL, {
    shape: { ...listShape, type: text(), types: arrayOf(text()), delivery_success: flag },
    handle(ctx, params) {
      const oldest = ctx.clock.now() - KEPT_SECONDS;
      return ok(
        listOf(ctx, 'events', params, {
          url: URL,
          matches: (event) =>
            event.created >= oldest &&
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
      if (found === undefined) throw resourceMissing('event', id, 'id');
      return ok(found);
    },
  }),
];

/** `charge.*` stands for all events of a charge. */
function matchesType(wanted: string, type: string): boolean {
  return wanted.endsWith('.*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}
