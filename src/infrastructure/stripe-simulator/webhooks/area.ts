import type { Area } from '../core/area';
import { eventRoutes } from './events';
import { webhookEndpointRoutes } from './webhook-endpoints';

/** Telling others what happened. */
export const webhookArea: Area = { routes: [...eventRoutes, ...webhookEndpointRoutes] };
