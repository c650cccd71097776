import type { Area } from '../core/area';

/** Money that goes back: refunds and disputes. */
export const reversalArea: Area = { routes: [] };
