import type { Area } from '../core/area';

/** What is billed again and again, and the clocks that make time pass for it. */
export const subscriptionArea: Area = { routes: [] };
