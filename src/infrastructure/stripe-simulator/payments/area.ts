import type { Area } from '../core/area';
import { expireAuthorization } from './capture';
import { chargeRoutes } from './charges';
import { paymentIntentRoutes } from './payment-intents';
import { paymentMethodRoutes } from './payment-methods';

/** Customers, their ways to pay, and what they pay. */
export const paymentArea: Area = {
  routes: [...paymentIntentRoutes, ...paymentMethodRoutes, ...chargeRoutes],
  tasks: { expire_authorization: expireAuthorization },
};
