import type { Area } from '../core/area';
import { eventRoutes } from './events';
import { shownEvent } from './payload';
import { webhookEndpointRoutes } from './webhook-endpoints';

/** Telling others what happened. */
export const webhookArea: Area = {
  routes: [...eventRoutes, ...webhookEndpointRoutes],
  presenters: { events: (_ctx, event) => (event.test_clock === undefined ? event : shownEvent(event)) },
};
