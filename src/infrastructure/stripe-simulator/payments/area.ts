import type { Area } from '../core/area';
import { expireAuthorization } from './capture';
import { chargeRoutes } from './charges';
import { shownCustomer } from './customer';
import { customerInclusions, customerRoutes } from './customers';
import { paymentIntentRoutes } from './payment-intents';
import { mandateRoutes } from './mandates';
import { finishProcessing } from './payment-debit';
import { publicView } from './payment-intent';
import { paymentMethodRoutes } from './payment-methods';
import { publicSetupView } from './setup-intent';
import { setupIntentRoutes } from './setup-intents';

/** Customers, their ways to pay, and what they pay. */
export const paymentArea: Area = {
  routes: [
    ...customerRoutes,
    ...paymentIntentRoutes,
    ...paymentMethodRoutes,
    ...chargeRoutes,
    ...mandateRoutes,
    ...setupIntentRoutes,
  ],
  inclusions: customerInclusions,
  publicViews: { payment_intent: publicView, setup_intent: publicSetupView },
  presenters: { customers: (_ctx, row) => shownCustomer(row) },
  tasks: { expire_authorization: expireAuthorization, finish_processing: finishProcessing },
};
