import { balanceArea } from './balance/area';
import { billingArea } from './billing/area';
import type { Area } from './core/area';
import { paymentArea } from './payments/area';
import { reversalArea } from './reversals/area';
import { subscriptionArea } from './subscriptions/area';
import { webhookArea } from './webhooks/area';

/** All that this Stripe consists of. An event's reactions run in this order. */
export const AREAS: readonly Area[] = [
  paymentArea,
  reversalArea,
  balanceArea,
  billingArea,
  subscriptionArea,
  webhookArea,
];
