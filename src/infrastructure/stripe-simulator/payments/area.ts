import type { Area } from '../core/area';
import { expireAuthorization } from './capture';
import { chargeRoutes } from './charges';
import { customerInclusions, customerRoutes } from './customers';
import { paymentIntentRoutes } from './payment-intents';
import { mandateRoutes } from './mandates';
import { finishProcessing } from './payment-debit';
import { paymentMethodRoutes } from './payment-methods';

/** Customers, their ways to pay, and what they pay. */
export const paymentArea: Area = {
  routes: [...customerRoutes, ...paymentIntentRoutes, ...paymentMethodRoutes, ...chargeRoutes, ...mandateRoutes],
  inclusions: customerInclusions,
  tasks: { expire_authorization: expireAuthorization, finish_processing: finishProcessing },
};
