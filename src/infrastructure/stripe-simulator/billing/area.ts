import type { Area } from '../core/area';

/** What is sold, to whom, how often, and the invoices for it. */
export const billingArea: Area = { routes: [] };
